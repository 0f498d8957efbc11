package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state that all views of one file system share.
 *
 * @param directory the root directory
 * @param number the number of its descriptor
 * @param device the number of its device
 * @param kind its kind of storage
 * @param mounts the file systems mounted below it
 * @param readOnly whether all changes are refused
 * @param devices whether trusted callers may create device nodes
 * @param host the properties of kernel and process
 * @param descriptors the budget for files that clients open
 * @param open the open files and directories
 * @param found the handles that have not been closed
 * @param slowCloses closes descriptors whose close may take long
 */
record Root(
    Descriptor directory,
    int number,
    long device,
    StorageKind kind,
    Mounts mounts,
    boolean readOnly,
    boolean devices,
    HostFeatures host,
    DescriptorBudget descriptors,
    Set<Aborting> open,
    Set<FoundFile> found,
    SlowCloses slowCloses) {
  /** An open object that ends with the file system. */
  interface Aborting {
    /** Ends its use. */
    void abort(FsException cause);
  }

  static Set<FoundFile> noneFound() {
    return ConcurrentHashMap.newKeySet();
  }

  static Set<Aborting> noneOpen() {
    return ConcurrentHashMap.newKeySet();
  }
}
