package dev.warren.testkit;

import dev.warren.api.FsException;

/** An operation on a file system whose result nobody needs. */
@FunctionalInterface
public interface FsCall {
  /** Does it. */
  void run() throws FsException;
}
