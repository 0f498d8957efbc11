package dev.warren.gptfs.submission;

import dev.warren.api.FileAttributes;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.time.Timers;
import org.jspecify.annotations.Nullable;

/**
 * A file of the inbox that somebody writes, or that is settling. It is known by its path and shared
 * by all who have it open, over any front end: 9P clients write through one fid and truncate
 * through another. Its monitor guards it.
 */
final class InboxFile {
  /** Below the inbox. Changes with the structure lock held for writing. */
  VfsPath path;

  boolean eligible;

  /** Open files that can write. */
  int writers;

  /** Written or resized since the last submission. */
  boolean dirty;

  /** The last writer that changed it was lost; what is there may be half of it. */
  boolean incomplete;

  /** Its name was removed, or given to another file. */
  boolean detached;

  /** It came by a rename from a temporary name: its writer has said that it is finished. */
  boolean renamedIn;

  /** Whether the store knows that it is being written. */
  boolean marked;

  /** Its size as far as writes through gptfs go. */
  long size;

  /** Bytes taken of the quota; -1 if no place is taken. */
  long taken = -1;

  /** What is settling, if anything is. */
  @Nullable Job job;

  /** The revision that is settling. */
  int revision;

  Timers.@Nullable Pending settle;

  /** What was read when it was closed, if it is small. */
  @Nullable Seen seen;

  InboxFile(VfsPath path, boolean eligible) {
    this.path = path;
    this.eligible = eligible;
  }

  /** A content and the attributes that the file had then. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(byte[] content, FileAttributes attributes) {
    /** Whether the file is as it was: same file, size and times. */
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

  /** Whether nothing needs to be remembered. */
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
