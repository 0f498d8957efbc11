package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.HostUser;
import dev.warren.api.OpenFile;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all views of one file system share: what is open, and whether it is. Thread-safe. */
final class Instance {
  private final Instant since = Instant.now();
  private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** The attributes of a node. */
  FileAttributes attributes(SyntheticNode node, long fileId) {
    FileAttributes.Builder builder =
        switch (node) {
          case SyntheticFile file -> file.attributes();
          case SyntheticDirectory directory -> directory.attributes();
        };
    HostUser user = HostUser.current();
    Instant modified = node instanceof SyntheticFile file ? file.modified(since) : since;
    return builder.owner(user.uid(), user.gid()).times(modified).fileId(fileId).build();
  }

  void requireOpen() throws FsException {
    if (closed) {
      throw closedException();
    }
  }

  /** Takes note of an open file, unless the file system was closed meanwhile. */
  <T extends OpenFile> T opened(T file) throws FsException {
    open.add(file);
    if (closed) {
      file.abort(closedException());
      throw closedException();
    }
    return file;
  }

  void forget(OpenFile file) {
    open.remove(file);
  }

  void close() {
    closed = true;
    open.forEach(file -> file.abort(closedException()));
  }

  private static FsException closedException() {
    return new FsException(Errno.EIO, "the file system is closed");
  }
}
