package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.warren.admin.HostControl;
import dev.warren.api.Plugin;
import dev.warren.frontend.FrontEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What other people compile against changes on purpose only. What each module publishes is kept in
 * its {@code api.txt}, as javap prints it. Where the change is meant, {@code ./check api} writes
 * the files anew; the difference is reviewed with the change, and CHANGELOG.md tells of it.
 */
class PublishedApiTest {
  private static final String WRITE = "api.write";

  @ParameterizedTest(name = "{0}")
  @CsvSource({"plugin-api", "frontend-api", "admin-api"})
  void isWhatIsWritten(String module) throws Exception {
    Class<?> known =
        switch (module) {
          case "plugin-api" -> Plugin.class;
          case "frontend-api" -> FrontEnd.class;
          default -> HostControl.class;
        };
    Path written = Path.of("..", module, "api.txt");
    String api = published(known.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(written, api);
    }
    assertThat(api.lines())
        .as("the published API of %s; if the change is meant: ./check api", module)
        .hasSizeGreaterThan(20)
        .containsExactlyElementsOf(Files.readAllLines(written));
  }

  private static String published(URI classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-protected", "-constants", "-cp", Path.of(classes).toString()));
    imported(Path.of(classes)).stream()
        .filter(PublishedApiTest::isPublished)
        .map(JavaClass::getName)
        .sorted()
        .forEach(arguments::add);
    StringWriter out = new StringWriter();
    PrintWriter print = new PrintWriter(out);
    int status =
        ToolProvider.findFirst("javap")
            .orElseThrow()
            .run(print, print, arguments.toArray(String[]::new));
    assertThat(status).as(out.toString()).isZero();
    return out.toString().replaceAll("(?m)^Compiled from .*\n", "");
  }

  /** Of a directory, or of an archive once the module is packed. */
  private static JavaClasses imported(Path classes) throws IOException {
    ClassFileImporter importer = new ClassFileImporter();
    if (Files.isDirectory(classes)) {
      return importer.importPath(classes);
    }
    try (JarFile archive = new JarFile(classes.toFile())) {
      return importer.importJar(archive);
    }
  }

  /** Whether others can see it: it is public, and so is each class around it. */
  private static boolean isPublished(JavaClass type) {
    boolean visible =
        type.getModifiers().contains(JavaModifier.PUBLIC)
            || type.getModifiers().contains(JavaModifier.PROTECTED);
    return visible
        && !type.getSimpleName().equals("package-info")
        && type.getEnclosingClass().map(PublishedApiTest::isPublished).orElse(true);
  }
}
