package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.host.HostControl;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What instances of gptfs say of their jobs, in the file {@value #FILE} that everyone can read. The
 * host asks by the file and knows no class of the plugin.
 */
final class Jobs {
  static final String FILE = "stats.json";

  private static final Logger log = LoggerFactory.getLogger(Jobs.class);
  private static final String PLUGIN = "gptfs";
  private static final int MOST_BYTES = 64 * 1024;

  private final FileSystem files;

  Jobs(FileSystem files) {
    this.files = files;
  }

  /** The file's text by the mount's path, for each that serves. */
  Map<String, String> of(List<HostControl.Mount> mounts) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (HostControl.Mount mount : mounts) {
      if (mount.plugin().equals(PLUGIN) && mount.state().equals("up")) {
        try {
          texts.put(mount.path().toString(), read(mount));
        } catch (FsException e) {
          log.debug("{} does not tell of its jobs", mount.path(), e);
        }
      }
    }
    return texts;
  }

  private String read(HostControl.Mount mount) throws FsException {
    ByteBuffer content = ByteBuffer.allocate(MOST_BYTES);
    try (OpenFile file = files.open(mount.path().resolve(FILE), OpenOptions.READ, 0)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        // read moves the position
      }
    }
    return UTF_8.decode(content.flip()).toString();
  }
}
