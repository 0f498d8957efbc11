package dev.warren.gptfs.submission;

import dev.warren.api.FileAttributes;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.time.Timers;
import org.jspecify.annotations.Nullable;

/**
 * A file of the inbox that is being written or is settling. All handles of a path share one object,
 * over any front end: 9P clients write through one fid and truncate through another. Guarded by its
 * monitor.
 */
final class InboxFile {
  /** Relative to the inbox. Changes only while the structure lock is held for writing. */
  VfsPath path;

  boolean eligible;

  /** The number of open handles that can write. */
  int writers;

  /** How many writers may be about to change it. */
  int announced;

  /** Written or resized since the last submission. */
  boolean dirty;

  /** The last writer that changed the file was lost: the content may be incomplete. */
  boolean incomplete;

  /** Whether the last writer that changed the file has synced it afterwards. */
  boolean synced;

  /** Whether the file's name was removed, or given to another file. */
  boolean detached;

  /** Renamed from a temporary name, or submitted by a command: it need not settle. */
  boolean renamedIn;

  /** Whether the store has recorded that the file is being written. */
  boolean marked;

  /** Whether it has settled, but another host was writing it, too. */
  boolean waited;

  /** The size, as far as it is known from writes through gptfs. */
  long size;

  /** Bytes acquired from the quota; -1 if no slot is acquired. */
  long taken = -1;

  /** The job whose content is settling; null if none is. */
  @Nullable Job job;

  /** The revision that is settling. */
  int revision;

  Timers.@Nullable Pending settle;

  /** The content that was read when the file was closed; null unless it is small. */
  @Nullable Seen seen;

  InboxFile(VfsPath path, boolean eligible) {
    this.path = path;
    this.eligible = eligible;
  }

  /** A content, and the attributes that the file had when it was read. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(byte[] content, FileAttributes attributes) {
    /** Whether the file is unchanged: same file, size and times. */
    boolean isStill(FileAttributes now) {
      return now.fileId() == attributes.fileId()
          && now.size() == content.length
          && now.modifySeconds() == attributes.modifySeconds()
          && now.modifyNanos() == attributes.modifyNanos()
          && now.changeSeconds() == attributes.changeSeconds()
          && now.changeNanos() == attributes.changeNanos();
    }
  }

  String source() {
    return path.toString().substring(1);
  }

  /** Whether this object holds nothing that must be remembered. */
  boolean isIdle() {
    return writers == 0 && job == null && !incomplete && !dirty;
  }

  void stopSettling() {
    if (settle != null) {
      settle.cancel();
      settle = null;
    }
  }
}
