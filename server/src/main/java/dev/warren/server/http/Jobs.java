package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.admin.HostControl;
import dev.warren.server.survey.Survey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What instances of gptfs say of their jobs, in the file {@value #FILE} that everyone can read. The
 * host asks by the file and knows no class of the plugin. An instance that does not answer soon is
 * left out. Thread-safe.
 */
final class Jobs {
  static final String FILE = "stats.json";

  private static final String PLUGIN = "gptfs";
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final FileSystem files;
  private final Survey<VfsPath> survey = new Survey<>("jobs of");

  Jobs(FileSystem files) {
    this.files = files;
  }

  /** The file's text by the mount's path, for each that serves and answers. */
  Map<VfsPath, String> of(List<HostControl.Mount> mounts) {
    Map<VfsPath, Callable<String>> questions = new LinkedHashMap<>();
    for (HostControl.Mount mount : mounts) {
      if (mount.plugin().equals(PLUGIN) && !mount.state().equals("failed")) {
        questions.put(mount.path(), () -> read(mount.path()));
      }
    }
    return survey.ask(questions, PATIENCE);
  }

  private String read(VfsPath mount) throws FsException {
    ByteBuffer content = ByteBuffer.allocate(MOST_BYTES);
    try (OpenFile file = files.open(mount.resolve(FILE), OpenOptions.READ, 0)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        // read moves the position
      }
    }
    return UTF_8.decode(content.flip()).toString();
  }
}
