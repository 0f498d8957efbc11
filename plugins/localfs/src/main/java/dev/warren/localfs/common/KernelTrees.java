package dev.warren.localfs.common;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * File systems whose files represent the kernel, its processes or its devices. {@code
 * /proc/PID/environ} of the host contains its secrets, and {@code mem} is its memory; creating a
 * directory may create a control group. A user who exports a directory does not intend to export
 * such file systems mounted in it, and clients would access them with the rights of the host.
 */
public final class KernelTrees {
  /** By the type name that mount tables use: the type number that statfs(2) returns. */
  private static final Map<String, Long> TYPES =
      Map.ofEntries(
          Map.entry("proc", 0x9fa0L),
          Map.entry("sysfs", 0x62656572L),
          Map.entry("cgroup", 0x27e0ebL),
          Map.entry("cgroup2", 0x63677270L),
          Map.entry("debugfs", 0x64626720L),
          Map.entry("tracefs", 0x74726163L),
          Map.entry("securityfs", 0x73636673L),
          Map.entry("selinuxfs", 0xf97cff8cL),
          Map.entry("smackfs", 0x43415d53L),
          Map.entry("apparmorfs", 0x5a3c69f0L),
          Map.entry("bpf", 0xcafe4a11L),
          Map.entry("configfs", 0x62656570L),
          Map.entry("devpts", 0x1cd1L),
          Map.entry("pstore", 0x6165676cL),
          Map.entry("efivarfs", 0xde5e81e4L),
          Map.entry("binfmt_misc", 0x42494e4dL),
          Map.entry("resctrl", 0x7655821L),
          Map.entry("fusectl", 0x65735543L),
          Map.entry("nsfs", 0x6e736673L),
          Map.entry("pidfs", 0x50494446L),
          Map.entry("mqueue", 0x19800202L),
          Map.entry("rpc_pipefs", 0x67596969L),
          Map.entry("nfsd", 0x6e667364L),
          Map.entry("xenfs", 0xabba1974L),
          Map.entry("binder", 0x6c6f6f70L),
          Map.entry("functionfs", 0xa647361L),
          Map.entry("gadgetfs", 0xaee71ee7L),
          Map.entry("oprofilefs", 0x6f70726fL),
          Map.entry("ocfs2_dlmfs", 0x76a9f425L),
          Map.entry("openpromfs", 0x9fa1L),
          Map.entry("usbfs", 0x9fa2L));

  private static final Map<Long, String> NAMES =
      TYPES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private KernelTrees() {}

  /** Returns the name of the kernel file system with this statfs type; null for any other. */
  public static @Nullable String name(long type) {
    return NAMES.get(type & 0xFFFF_FFFFL);
  }

  /** Whether a file system type of this name is one of the kernel's own. */
  public static boolean isOne(String name) {
    return TYPES.containsKey(name);
  }

  /** Returns a message that says why a directory cannot be served. */
  public static String refusal(Object directory, String name) {
    return directory
        + " is in a file system of type "
        + name
        + ", which represents the kernel or its processes: it is not served";
  }
}
