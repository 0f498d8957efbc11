package dev.warren.localfs.portable;

import dev.warren.api.OpenOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels of an open file. Java has no channel that both reads and appends, so there may be
 * two.
 *
 * @param reader the channel for reading, null if reading is not permitted
 * @param writer the channel for writing, null if writing is not permitted
 */
record Channels(@Nullable FileChannel reader, @Nullable FileChannel writer) {
  /**
   * Opens a file.
   *
   * @param create whether the name must be new
   */
  static Channels open(Path file, OpenOptions options, boolean create) throws IOException {
    if (!options.write()) {
      if (create) {
        // Only a channel that writes can create a file.
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW).close();
      }
      return new Channels(
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), null);
    }
    Set<OpenOption> flags = new HashSet<>();
    flags.add(LinkOption.NOFOLLOW_LINKS);
    flags.add(StandardOpenOption.WRITE);
    if (create) {
      flags.add(StandardOpenOption.CREATE_NEW);
    }
    if (options.sync()) {
      flags.add(StandardOpenOption.SYNC);
    }
    if (options.append()) {
      return openForAppending(file, options, flags);
    }
    if (options.truncate()) {
      flags.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    if (options.read()) {
      flags.add(StandardOpenOption.READ);
    }
    FileChannel channel = FileChannel.open(file, flags);
    return new Channels(options.read() ? channel : null, channel);
  }

  /** Returns how many channels an open file needs. */
  static int count(OpenOptions options) {
    return options.append() && options.read() ? 2 : 1;
  }

  private static Channels openForAppending(Path file, OpenOptions options, Set<OpenOption> flags)
      throws IOException {
    flags.add(StandardOpenOption.APPEND);
    FileChannel writer = FileChannel.open(file, flags);
    try {
      if (options.truncate()) {
        writer.truncate(0);
      }
      return new Channels(
          options.read()
              ? FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
              : null,
          writer);
    } catch (IOException e) {
      writer.close();
      throw e;
    }
  }

  void close() throws IOException {
    try {
      if (reader != null) {
        reader.close();
      }
    } finally {
      if (writer != null) {
        writer.close();
      }
    }
  }
}
