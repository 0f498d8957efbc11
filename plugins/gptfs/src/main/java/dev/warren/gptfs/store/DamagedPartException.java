package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FsException;

/**
 * A part of a job has another checksum than when it was written: reading it again does not help,
 * and only this job is affected. EIO for a client.
 */
public final class DamagedPartException extends FsException {
  private static final long serialVersionUID = 1;

  /** An exception that names the job. */
  DamagedPartException(String id) {
    super(Errno.EIO, "a part of " + id + " is damaged");
  }
}
