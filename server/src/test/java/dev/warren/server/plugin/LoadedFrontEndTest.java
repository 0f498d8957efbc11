package dev.warren.server.plugin;

import static dev.warren.server.plugin.FrontEndSources.NOBODY;
import static dev.warren.server.plugin.FrontEndSources.frontEnd;
import static dev.warren.server.plugin.FrontEndSources.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.Config;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.namespace.Namespace;
import dev.warren.testkit.frontend.ServedContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Front ends from third parties. */
class LoadedFrontEndTest {
  @TempDir Path directory;

  private PluginSet load() {
    return new PluginLoader(List.of(directory)).load(List.of());
  }

  private LoadedFrontEnd only() {
    PluginSet found = load();
    assertThat(found.refusals()).isEmpty();
    assertThat(found.frontEnds()).hasSize(1);
    return found.frontEnds().getFirst();
  }

  private static Config config(LoadedFrontEnd frontEnd, String text) {
    return frontEnd.configSpec().parse(Map.of("text", text)).orThrow();
  }

  private RunningFrontEnd start(LoadedFrontEnd frontEnd) throws IOException {
    return frontEnd.start(new ServedContext(new Namespace(), directory), config(frontEnd, "x"));
  }

  @Test
  void isFoundInADirectory() throws IOException {
    Path jar = simple("one").build(directory.resolve("one/one.jar"));
    LoadedFrontEnd frontEnd = only();
    assertThat(frontEnd.name()).isEqualTo("one");
    assertThat(frontEnd.location()).isEqualTo(jar);
    assertThat(frontEnd.configSpec().find("text")).isPresent();
    assertThat(frontEnd.check(config(frontEnd, "wrong")).toString()).contains("is wrong");
    assertThat(start(frontEnd).addresses()).containsExactly("here");
  }

  @Test
  void itsJarDeclaresTheVersionOfItsContract() throws IOException {
    simple("later").frontEndVersion("2").build(directory.resolve("later/later.jar"));
    simple("silent").frontEndVersion("").build(directory.resolve("silent/silent.jar"));
    PluginSet found = load();
    assertThat(found.frontEnds()).isEmpty();
    assertThat(found.refusal("later").orElseThrow()).contains("version 2").contains("version 1");
    assertThat(found.refusal("silent").orElseThrow()).contains("Warren-FrontEnd-Version: 1");
  }

  @Test
  void aNameIsValidForASectionAndUnique() throws IOException {
    Path first = simple("twice").build(directory.resolve("a/a.jar"));
    Path second = simple("twice").build(directory.resolve("b/b.jar"));
    simple("No Name").build(directory.resolve("c/c.jar"));
    PluginSet found = load();
    assertThat(found.frontEnds()).isEmpty();
    assertThat(found.refusal("twice").orElseThrow())
        .contains(first.toString())
        .contains(second.toString());
    assertThat(found.refusal("No Name").orElseThrow()).contains("section");
  }

  @Test
  void aFrontEndThatCannotBeLoadedIsRefused() throws IOException {
    frontEnd("String.valueOf(1 / Integer.parseInt(\"0\"))", "return null;", "", NOBODY)
        .build(directory.resolve("bad/bad.jar"));
    simple("good").build(directory.resolve("good/good.jar"));
    PluginSet found = load();
    assertThat(found.frontEnds()).extracting(LoadedFrontEnd::name).containsExactly("good");
    assertThat(found.refusal("bad").orElseThrow()).contains("bad.jar").contains("zero");
  }

  /** A front end sees no other class of the host. */
  @Test
  void itSeesTheContractOfFrontEnds() throws IOException {
    frontEnd(
            "\"sees\" + (Eyes.see(\"dev.warren.api.Plugin\") +"
                + " Eyes.see(\"dev.warren.frontend.Source\") +"
                + " Eyes.see(\"dev.warren.admin.HostControl\") +"
                + " Eyes.see(\"dev.warren.namespace.Namespace\") +"
                + " Eyes.see(\"io.netty.buffer.ByteBuf\"))",
            "return null;",
            "",
            NOBODY)
        .source(
            "p.Eyes",
            """
            package p;
            class Eyes {
              static String see(String name) {
                try {
                  Class.forName(name);
                  return "1";
                } catch (ClassNotFoundException e) {
                  return "0";
                }
              }
            }
            """)
        .build(directory.resolve("nosy/nosy.jar"));
    assertThat(only().name()).isEqualTo("sees11000");
  }

  @Test
  void itsExceptionsBecomeErrors() throws IOException {
    frontEnd("\"bad\"", "throw new IllegalStateException(\"bang\");", "", NOBODY)
        .build(directory.resolve("bad/bad.jar"));
    LoadedFrontEnd frontEnd = only();
    assertThat(frontEnd.check(config(frontEnd, "throw")).toString()).contains("boom");
    assertThatThrownBy(() -> start(frontEnd))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bang");
  }

  @Test
  void aStartThatReturnsNullIsAnError() throws IOException {
    frontEnd("\"none\"", "return null;", "", NOBODY).build(directory.resolve("none/none.jar"));
    LoadedFrontEnd frontEnd = only();
    assertThatThrownBy(() -> start(frontEnd)).hasMessageContaining("null");
  }

  /** The sessions of other front ends are in the same list. */
  @Test
  void aFrontEndWhoseQueriesFailIsLeftOut() throws IOException {
    frontEnd(
            "\"bad\"",
            "return new Running();",
            "",
            "@Override public List<SessionInfo> sessions() { throw new IllegalStateException(); }")
        .build(directory.resolve("bad/bad.jar"));
    RunningFrontEnd running = start(only());
    assertThat(running.sessions()).isEmpty();
    assertThat(running.addresses()).containsExactly("here");
  }

  @Test
  void itsClassLoaderIsTheContextClassLoaderDuringStart() throws IOException {
    frontEnd(
            "\"one\"",
            "throw new IOException(String.valueOf(Thread.currentThread().getContextClassLoader()"
                + " == Main.class.getClassLoader()));",
            "",
            NOBODY)
        .build(directory.resolve("one/one.jar"));
    LoadedFrontEnd frontEnd = only();
    assertThatThrownBy(() -> start(frontEnd)).hasMessage("true");
  }
}
