package dev.warren.testkit;

import dev.warren.api.FsException;

/** An operation on a file system whose result is not used. */
@FunctionalInterface
public interface FsCall {
  /** Performs the operation. */
  void run() throws FsException;
}
