package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.admin.HostControl;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.server.survey.Survey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The instances' reports on their jobs, read from the file that their plugin names for it. An
 * instance that does not respond in time is left out. Thread-safe.
 */
final class JobReports {
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final FileSystem files;
  private final Survey<VfsPath> survey = new Survey<>("jobs of");

  JobReports(FileSystem files) {
    this.files = files;
  }

  /** Returns the file's text by mount path, for each mount that serves and responds in time. */
  Map<VfsPath, String> of(List<HostControl.PluginInfo> plugins, List<HostControl.Mount> mounts) {
    Map<String, String> files = new HashMap<>();
    plugins.forEach(plugin -> plugin.jobsFile().ifPresent(file -> files.put(plugin.name(), file)));
    Map<VfsPath, Callable<String>> questions = new LinkedHashMap<>();
    for (HostControl.Mount mount : mounts) {
      String file = files.get(mount.plugin());
      if (file != null && !mount.state().equals("failed")) {
        questions.put(mount.path(), () -> read(mount.path().resolve(file)));
      }
    }
    return survey.ask(questions, TIMEOUT);
  }

  private String read(VfsPath path) throws FsException {
    ByteBuffer content = ByteBuffer.allocate(MOST_BYTES);
    try (OpenFile file = files.open(path, OpenOptions.READ, 0)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        // read advances the buffer's position
      }
    }
    return UTF_8.decode(content.flip()).toString();
  }
}
