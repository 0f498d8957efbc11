package dev.warren.server.host;

import static dev.warren.server.plugin.FrontEndSources.NOBODY;
import static dev.warren.server.plugin.FrontEndSources.frontEnd;
import static dev.warren.server.plugin.FrontEndSources.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FsException;
import dev.warren.frontend.FrontEnd;
import dev.warren.server.config.ConfigurationException;
import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.config.Problem;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.testkit.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A front end from a third party in a host. */
class FoundFrontEndTest {
  @TempDir Path directory;
  private final DirectFrontEnd own = new DirectFrontEnd();
  private Host host;

  @AfterEach
  void stop() throws InterruptedException {
    if (host != null) {
      host.stop();
    }
  }

  private Path jar() {
    return directory.resolve("found/one/one.jar");
  }

  private void write(String sections) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        """
        server: {state_dir: '%s', plugin_dirs: ['%s'], drain_timeout: 1s, admin_plugins: []}
        direct:
        %s
        """
            .formatted(directory.resolve("state"), directory.resolve("found"), sections));
  }

  private void start() throws Exception {
    PluginLoader loader = new PluginLoader(List.of());
    List<FrontEnd> frontEnds = List.of(own);
    host =
        Host.start(
            new Host.Parts(
                directory.resolve("config.yaml"),
                new ConfigurationReader(frontEnds, loader::load, _ -> null, new Redactor()),
                loader,
                "1"),
            false);
  }

  private void reload() throws FsException {
    new Administration(host, null).reload(false);
  }

  @Test
  void servesIfItHasASection() throws Exception {
    simple("one").build(jar());
    write("one: {text: y}");
    start();
    assertThat(host.addresses()).containsKeys("direct", "one");
    assertThat(host.addresses().get("one")).containsExactly("here");
    write("");
    reload();
    assertThat(host.addresses()).containsOnlyKeys("direct");
    write("one:");
    reload();
    assertThat(host.addresses()).containsKeys("direct", "one");
  }

  @Test
  void doesNothingWithoutASection() throws Exception {
    simple("one").build(jar());
    write("");
    start();
    assertThat(host.addresses()).containsOnlyKeys("direct");
  }

  @Test
  void itsSectionIsChecked() throws Exception {
    simple("one").build(jar());
    write("one: {text: wrong, txet: y}");
    assertThatThrownBy(this::start)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::message)
                    .anyMatch(message -> message.contains("unknown key 'txet'")));
    write("one: {text: wrong}");
    assertThatThrownBy(this::start).hasMessageContaining("is wrong");
    write("noe: {text: y}");
    assertThatThrownBy(this::start).hasMessageContaining("did you mean 'one'");
  }

  @Test
  void theReasonWhyItIsMissingIsReportedWithItsSection() throws Exception {
    simple("one").frontEndVersion("7").build(jar());
    write("one:");
    assertThatThrownBy(this::start)
        .hasMessageContaining("unknown section 'one'")
        .hasMessageContaining("was built for version 7");
  }

  /** A jar that is added cannot take over a section of the host's own. */
  @Test
  void theHostsOwnFrontEndTakesPrecedence() throws Exception {
    simple("direct").build(jar());
    write("");
    start();
    assertThat(host.addresses()).containsOnlyKeys("direct");
    assertThat(own.events).containsExactly("start here");
  }

  /** The last classes of a front end are loaded when it ends, after the reload that removed it. */
  @Test
  void aChangedJarReplacesItAndTheOldOneEndsWithItsOwnClasses() throws Exception {
    String key = "warren.test." + directory.getFileName();
    CountDownLatch reloaded = new CountDownLatch(1);
    CompletableFuture<String> ended = new CompletableFuture<>();
    System.getProperties().put(key, List.of(reloaded, ended));
    try {
      frontEnd(
              "\"one\"",
              "return new Running() { @Override public void drain(Duration d) { Shared.await(); }"
                  + " };",
              "Late.say();",
              NOBODY + " static class Late { static void say() { Shared.complete(\"first\"); } }")
          .source("p.Shared", shared(key))
          .build(jar());
      write("one:");
      start();
      frontEnd(
              "\"one\"",
              "return new Running() { @Override public List<String> addresses() { return"
                  + " List.of(\"there\"); } };",
              "",
              NOBODY)
          .build(jar());
      reload();
      reloaded.countDown();
      assertThat(host.addresses().get("one")).containsExactly("there");
      assertThat(ended.get(Waiting.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("first");
    } finally {
      System.getProperties().remove(key);
    }
  }

  /** Declares what the test shares with the front end, which has a class loader of its own. */
  private static String shared(String key) {
    return """
    package p;
    import java.util.List;
    import java.util.concurrent.*;
    class Shared {
      static final List<?> OBJECTS = (List<?>) System.getProperties().get("%s");
      static void await() {
        try {
          ((CountDownLatch) OBJECTS.get(0)).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      @SuppressWarnings("unchecked")
      static void complete(String text) {
        ((CompletableFuture<String>) OBJECTS.get(1)).complete(text);
      }
    }
    """
        .formatted(key);
  }
}
