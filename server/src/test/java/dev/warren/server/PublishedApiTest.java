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
 * The interfaces that third parties compile against change only on purpose. Each module's {@code
 * api.txt} records what the module publishes, as javap prints it. If a change is intended, {@code
 * ./check api} rewrites the files; the difference is reviewed with the change, and CHANGELOG.md
 * describes it.
 */
class PublishedApiTest {
  private static final String WRITE = "api.write";

  @ParameterizedTest(name = "{0}")
  @CsvSource({"plugin-api", "frontend-api", "admin-api"})
  void theApiIsTheRecordedOne(String module) throws Exception {
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

  /** Reads classes from a directory, or from an archive if the module is packaged already. */
  private static JavaClasses imported(Path classes) throws IOException {
    ClassFileImporter importer = new ClassFileImporter();
    if (Files.isDirectory(classes)) {
      return importer.importPath(classes);
    }
    try (JarFile archive = new JarFile(classes.toFile())) {
      return importer.importJar(archive);
    }
  }

  /**
   * Whether third parties can see a class: it is public or protected, and so is each enclosing
   * class.
   */
  private static boolean isPublished(JavaClass type) {
    boolean visible =
        type.getModifiers().contains(JavaModifier.PUBLIC)
            || type.getModifiers().contains(JavaModifier.PROTECTED);
    return visible
        && !type.getSimpleName().equals("package-info")
        && type.getEnclosingClass().map(PublishedApiTest::isPublished).orElse(true);
  }
}
