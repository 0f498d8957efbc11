package dev.warren.testkit;

import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operation, as {@link InterceptedFileSystem} sees it.
 *
 * @param operation the operation that is called
 * @param path the path on which it is called; for an open file or directory, the path with which it
 *     was opened
 * @param target the second path of a rename or link
 * @param handle the number of the open file or directory, from 1 on, unique in the wrapper; 0 for
 *     operations on paths
 * @param mayBlock whether it was called on the object itself rather than on its non-blocking view
 */
public record Call(
    Operation operation, VfsPath path, @Nullable VfsPath target, long handle, boolean mayBlock) {
  /** Whether this is a call of that operation on that path. */
  public boolean is(Operation someOperation, VfsPath somePath) {
    return operation == someOperation && path.equals(somePath);
  }

  @Override
  public String toString() {
    return operation + " " + path + (target == null ? "" : " " + target);
  }
}
