package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.warren.localfs.LocalfsPlugin;
import dev.warren.server.plugin.PluginHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host with a low limit of open files, and a client that opens as many as it can. */
@Tag("slow")
class FewDescriptorsProcessTest {
  private static final int EMFILE = 24;
  private static final int ALLOWED = 300;

  @TempDir Path home;

  @BeforeEach
  void install() throws IOException {
    PluginHome.install(home, "localfs", LocalfsPlugin.class);
    Files.createDirectories(home.resolve("data/directory"));
    Files.writeString(home.resolve("data/file"), "content");
    Files.writeString(
        home.resolve("config.yaml"),
        """
        server: {drain_timeout: 1s}
        ninep: {listen: ['unix:./state/9p.sock', 'unix:./state/other.sock']}
        plugins:
          localfs: {path: /local, config: {local_dir: ./data}}
        """);
  }

  /** Connections of one user to one Unix socket have the same source, and count together. */
  private NinepWitness connect(String socket) throws IOException {
    return new NinepWitness(home.resolve("state").resolve(socket));
  }

  @Test
  void aGreedyClientIsRefusedAndOthersConnectAndOpen() throws Exception {
    List<String> limited = List.of("prlimit", "--nofile=" + ALLOWED + ":" + ALLOWED, "--");
    try (WarrenProcess warren = new WarrenProcess(home, limited, Map.of(), "serve")) {
      warren.await("ready after");
      assertThat(warren.line("only 300 file descriptors are allowed")).contains("LimitNOFILE");
      try (NinepWitness greedy = connect("9p.sock")) {
        Throwable refusal = null;
        for (int i = 0; i < ALLOWED && refusal == null; i++) {
          refusal = catchThrowable(() -> greedy.open("local", "file"));
        }
        assertThat(refusal).hasMessage("errno " + EMFILE);
        for (int i = 0; i < 50; i++) {
          assertThat(catchThrowable(() -> greedy.open("local", "file")))
              .hasMessage("errno " + EMFILE);
        }
        // the greedy client can still do everything else
        assertThat(greedy.stat("local", "file")).isPositive();
        for (int i = 0; i < 5; i++) {
          try (NinepWitness other = connect("other.sock")) {
            other.open("local", "file");
            other.open("local", "directory");
            other.mkdir("local", "made-" + i);
          }
        }
      }
      warren.signal("TERM");
      assertThat(warren.exitStatus()).isZero();
      assertThat(warren.count("can open no more (EMFILE)")).isEqualTo(1);
      assertThat(warren.count("Too many open files")).isZero();
    }
  }
}
