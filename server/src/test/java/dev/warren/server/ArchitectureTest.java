package dev.warren.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The dependencies between packages that are allowed. It covers the classes of all modules, without
 * tests and test kits.
 */
class ArchitectureTest {
  private static final String[] PLUGINS = {
    "dev.warren.memfs..",
    "dev.warren.localfs..",
    "dev.warren.gptfs..",
    "dev.warren.sysfs..",
    "dev.warren.sqlfs.."
  };
  private static final String[] PROTOCOLS = {"dev.warren.ninep..", "dev.warren.sftp.."};

  private static final Pattern TEST_KITS =
      Pattern.compile(".*/(warren-)?(plugin|frontend|database)-testkit[-/].*");

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.matches(TEST_KITS))
            .importPackages("dev.warren");
  }

  @Test
  void everyModuleIsAnalysed() {
    for (String part :
        List.of(
            "api",
            "frontend",
            "admin",
            "namespace",
            "database",
            "memfs",
            "localfs",
            "gptfs",
            "sysfs",
            "sqlfs",
            "ninep",
            "sftp",
            "server")) {
      assertThat(all.stream().map(c -> c.getPackageName() + "."))
          .anyMatch(name -> name.startsWith("dev.warren." + part + "."));
    }
  }

  @Test
  void theContractKnowsTheJdkAndJspecifyOnly() {
    classes()
        .that()
        .resideInAPackage("dev.warren.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.warren.api..", "java..", "javax.sql..", "org.jspecify..")
        .check(all);
  }

  @Test
  void driversAndPoolsAreKnownInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.warren.database..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.sqlite..", "org.postgresql..", "com.zaxxer..")
        .check(all);
    classes()
        .that()
        .resideInAPackage("dev.warren.database..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.warren.database..",
            "dev.warren.api..",
            "java..",
            "javax.sql..",
            "org.jspecify..",
            "org.slf4j..",
            "javax.net.ssl..",
            "org.sqlite..",
            "org.postgresql..",
            "com.zaxxer..")
        .check(all);
  }

  @Test
  void theFrontEndsContractKnowsThePluginsOnly() {
    classes()
        .that()
        .resideInAPackage("dev.warren.frontend..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.warren.frontend..", "dev.warren.api..", "java..", "org.jspecify..")
        .check(all);
  }

  @Test
  void theContractForAdministrationKnowsThePluginsOnly() {
    classes()
        .that()
        .resideInAPackage("dev.warren.admin..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.warren.admin..", "dev.warren.api..", "java..", "org.jspecify..")
        .check(all);
  }

  @Test
  void protocolsKnowNoPluginNoNamespaceNoHostAndNotEachOther() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOLS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PLUGINS)
        .check(all);
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOLS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.warren.namespace..", "dev.warren.server..")
        .check(all);
    slices().matching("dev.warren.(ninep|sftp)..").should().notDependOnEachOther().check(all);
  }

  @Test
  void pluginsKnowNoProtocolAndNothingOfTheHost() {
    noClasses()
        .that()
        .resideInAnyPackage(PLUGINS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.warren.ninep..",
            "dev.warren.sftp..",
            "dev.warren.namespace..",
            "dev.warren.server..",
            "dev.warren.database..",
            "dev.warren.frontend..",
            "io.netty..",
            "org.apache.sshd..",
            "ch.qos.logback..",
            "picocli..")
        .check(all);
    slices()
        .matching("dev.warren.(memfs|localfs|gptfs|sysfs|sqlfs)..")
        .should()
        .notDependOnEachOther()
        .check(all);
  }

  @Test
  void theHostKnowsNoPlugin() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.warren.server..", "dev.warren.namespace..", "dev.warren.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PLUGINS)
        .check(all);
  }

  @Test
  void theNamespaceKnowsTheContractOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.warren.namespace..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.warren.server..", "dev.warren.ninep..", "dev.warren.sftp..")
        .check(all);
  }

  @Test
  void onlyTheCommandLineKnowsTheProtocols() {
    noClasses()
        .that()
        .resideInAPackage("dev.warren.server..")
        .and()
        .resideOutsideOfPackage("dev.warren.server.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PROTOCOLS)
        .check(all);
  }

  @Test
  void onlyPluginsForAdministrationSeeTheHost() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.warren.memfs..",
            "dev.warren.localfs..",
            "dev.warren.gptfs..",
            "dev.warren.sqlfs..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.warren.admin..")
        .check(all);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.warren.(**)").should().beFreeOfCycles().check(all);
  }
}
