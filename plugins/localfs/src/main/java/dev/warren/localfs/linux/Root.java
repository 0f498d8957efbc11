package dev.warren.localfs.linux;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FsException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all views of one file system share: the directory, what it is on, what is open below it.
 *
 * @param directory the directory itself
 * @param number the number of its descriptor
 * @param device the number of its device
 * @param kind what it is on
 * @param mounts what is mounted below it
 * @param readOnly whether nothing may be changed
 * @param devices whether trusted callers make device nodes
 * @param host what the kernel and the process bring along
 * @param descriptors from which what is opened is taken
 * @param open what is open
 * @param found what was found and not closed
 * @param slowCloses closes what must not be closed on every thread
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
  /** Something open that ends with the file system. */
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
