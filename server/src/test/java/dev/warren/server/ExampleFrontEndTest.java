package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example in the front-end author's guide; tests/plugin builds and loads it. */
class ExampleFrontEndTest {
  private static final Path EXAMPLE = Path.of("../examples/frontend");
  private static final Path SOURCES = EXAMPLE.resolve("src/main/java/org/example/listing");
  private static final Path GUIDE = Path.of("../docs/front-end-author.md");

  @Test
  void guideShowsTheSourceAsItIs() throws IOException {
    String guide = Files.readString(GUIDE);
    assertThat(guide)
        .contains(
            "```java\n" + Files.readString(SOURCES.resolve("ListingFrontEnd.java")) + "```\n");
    Path services =
        EXAMPLE.resolve("src/main/resources/META-INF/services/dev.warren.frontend.FrontEnd");
    assertThat(guide)
        .contains(Files.readString(services).strip())
        .contains("Warren-FrontEnd-Version");
  }

  @Test
  void guideShowsTheTestsAsTheyAre() throws IOException {
    String guide = Files.readString(GUIDE);
    for (String test : List.of("ListingFrontEndTest", "ListingOverHttpTest")) {
      String source =
          Files.readString(EXAMPLE.resolve("src/test/java/org/example/listing/" + test + ".java"));
      int begin = guide.indexOf("```java\nclass " + test);
      assertThat(begin).isPositive();
      String shown = guide.substring(guide.indexOf('\n', begin) + 1);
      assertThat(source).contains(shown.substring(0, shown.indexOf("```")));
    }
  }

  @Test
  void hasAtMost150LinesBesideImports() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        Files.readAllLines(file).stream()
            .filter(line -> !line.startsWith("import "))
            .forEach(lines::add);
      }
    }
    assertThat(lines).hasSizeLessThanOrEqualTo(150);
  }
}
