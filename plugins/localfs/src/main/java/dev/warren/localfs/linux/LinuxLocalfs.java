package dev.warren.localfs.linux;

import dev.warren.api.Caller;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.localfs.common.KernelTrees;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens a directory of this Linux machine as a file system. */
public final class LinuxLocalfs {
  private LinuxLocalfs() {}

  /** Returns why this is impossible on this machine, for people; null if no reason is known. */
  public static @Nullable String unavailable() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
      return "this is not Linux";
    }
    return SyscallNumbers.KNOWN
        ? null
        : "the system calls of a " + System.getProperty("os.arch") + " processor are not known";
  }

  /** Whether the host runs as root, which acting for callers requires. */
  public static boolean isRoot() {
    Scratch s = Scratch.take();
    try {
      return Syscalls.call(s, SyscallNumbers.GETEUID, 0) == 0;
    } finally {
      s.release();
    }
  }

  /**
   * Opens a directory.
   *
   * @param directory an absolute path; symbolic links in it are resolved once, now
   * @param readOnly whether all changes are refused
   * @param asCaller whether operations have the rights of their caller rather than the host's
   * @throws IOException if it cannot be opened, or the kernel cannot confine look-ups to it
   */
  public static FileSystem open(Path directory, boolean readOnly, boolean asCaller)
      throws IOException {
    return open(
        directory,
        new Permits(readOnly, asCaller ? Rights.CALLER : Rights.HOST, false),
        DescriptorBudget.unlimited());
  }

  /** The rights that operations have. */
  public enum Rights {
    /** The rights of the host. */
    HOST,
    /** The rights of the caller. */
    CALLER,
    /**
     * The rights of the caller, except that the permissions of trusted callers are not checked,
     * because their client has checked them.
     */
    CLIENT
  }

  /**
   * What callers may do.
   *
   * @param readOnly whether all changes are refused
   * @param rights the rights that operations have
   * @param devices whether trusted callers may create device nodes, which are never opened here
   */
  public record Permits(boolean readOnly, Rights rights, boolean devices) {}

  /**
   * Opens a directory, as {@link #open(Path, boolean, boolean)}.
   *
   * @param descriptors the budget for files that callers open
   */
  public static FileSystem open(Path directory, Permits permits, DescriptorBudget descriptors)
      throws IOException {
    Scratch s = Scratch.take();
    try {
      int fd = openRoot(s, directory);
      try {
        return open(s, fd, directory, permits, descriptors);
      } catch (IOException | RuntimeException e) {
        s.close(fd);
        throw e;
      }
    } finally {
      s.release();
    }
  }

  private static int openRoot(Scratch s, Path directory) throws IOException {
    String text = directory.toRealPath().toString();
    byte[] bytes = text.getBytes(fileNameCharset());
    if (!s.path.text(bytes)) {
      throw new IOException(directory + ": the path is too long");
    }
    long flags = Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC;
    long fd =
        Syscalls.call(
            s,
            SyscallNumbers.OPENAT2,
            Flags.AT_FDCWD,
            s.path.whole(),
            s.how(flags, 0, Flags.RESOLVE_NO_MAGICLINKS),
            24,
            0);
    if (LinuxErrors.is(fd, Errno.ENOSYS) || LinuxErrors.is(fd, Errno.EPERM)) {
      throw new IOException(
          directory
              + ": openat2(2), by which the kernel confines clients to a directory, is missing ("
              + Errno.of((int) -fd).map(Errno::message).orElse("unknown error")
              + "): it requires Linux 5.8 and, in a container, a seccomp profile that permits it;"
              + " localfs with 'portable: true' works without, see its limits");
    }
    if (fd < 0) {
      throw new IOException(
          directory + ": " + Errno.of((int) -fd).map(Errno::message).orElse("error " + -fd));
    }
    return (int) fd;
  }

  private static Charset fileNameCharset() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static FileSystem open(
      Scratch s, int fd, Path directory, Permits permits, DescriptorBudget descriptors)
      throws IOException {
    Mounts mounts = Mounts.below(s, fd);
    long device = s.stat.device();
    String type = Attributes.kernelTree(s, fd);
    if (type != null) {
      throw new IOException(KernelTrees.refusal(directory, type));
    }
    HostFeatures host =
        new HostFeatures(
            umask(),
            Capabilities.keepsPrivilegeBits(s),
            knowsChmodByDescriptor(s),
            knowsCachedLookups(s, fd));
    Function<Caller, Identity> identities =
        permits.rights() == Rights.HOST
            ? caller -> caller.trusted() ? Identity.HOST : Identity.HOST_FOR_STRANGERS
            : callers(s, directory, permits.rights());
    Root root =
        new Root(
            new Descriptor(fd),
            fd,
            device,
            Attributes.kind(s, fd),
            mounts,
            permits.readOnly(),
            permits.devices(),
            host,
            descriptors,
            Root.noneOpen(),
            Root.noneFound(),
            new SlowCloses());
    LinuxFileSystem fs = new LinuxFileSystem(root, identities);
    if (permits.rights() != Rights.HOST) {
      try {
        link(fs);
      } catch (FsException e) {
        root.slowCloses().close();
        throw e;
      }
    }
    return fs;
  }

  /**
   * Runs the code of all operations once, with the host's rights. The JVM links and initialises
   * classes at their first use and acquires locks for that, for which a thread must not wait with a
   * caller's rights.
   */
  private static void link(FileSystem fs) throws FsException {
    fs.stat(VfsPath.ROOT);
    fs.statfs(VfsPath.ROOT);
    try {
      fs.listXattrs(VfsPath.ROOT);
      fs.readlink(VfsPath.ROOT);
    } catch (FsException expected) {
      // A directory has no link target, and on some file systems no attributes; the failure also
      // initialises the code for errors.
      expected.errno();
    }
  }

  private static Function<Caller, Identity> callers(Scratch s, Path directory, Rights rights)
      throws IOException {
    HostIds ids = HostIds.load(s);
    MemorySegment capabilities = Capabilities.load(s);
    Identity nobody = new CallerIdentity(ids, new Caller("nobody", -1, -1, List.of(), "", null));
    boolean binding;
    try {
      nobody.assume(s);
    } catch (FsException e) {
      throw new IOException(
          directory
              + ": 'identity: caller' and 'client' require the capabilities setuid and setgid,"
              + " which the host lacks; bin/warren keeps them if its configuration says so on one"
              + " line, or with WARREN_CAPABILITIES=+setuid,+setgid",
          e);
    }
    try {
      binding = !Capabilities.overridesPermissions(s);
    } finally {
      nobody.drop(s);
    }
    if (!binding) {
      throw new IOException(
          directory + ": 'identity: caller' would have no effect: capabilities are locked");
    }
    Identity host = new HostIdentity(ids);
    return caller -> {
      if (caller.equals(Caller.HOST)) {
        return host;
      }
      CallerIdentity own = new CallerIdentity(ids, caller);
      return rights == Rights.CLIENT && caller.trusted()
          ? new ClientIdentity(own, capabilities)
          : own;
    };
  }

  /** Returns the process's umask, which umask(2) returns only when it is changed. */
  private static int umask() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Umask:")) {
        return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
      }
    }
    throw new IOException("/proc/self/status does not contain the umask");
  }

  private static boolean knowsChmodByDescriptor(Scratch s) {
    long result = Syscalls.call(s, SyscallNumbers.FCHMODAT2, -1, s.empty(), 0, 0, 0);
    return !LinuxErrors.is(result, Errno.ENOSYS) && !LinuxErrors.is(result, Errno.EPERM);
  }

  private static boolean knowsCachedLookups(Scratch s, int fd) {
    s.path.dot();
    long flags = Flags.O_PATH | Flags.O_CLOEXEC;
    long result =
        Syscalls.call(
            s,
            SyscallNumbers.OPENAT2,
            fd,
            s.path.whole(),
            s.how(flags, 0, Flags.RESOLVE_CACHED),
            24,
            0);
    if (result >= 0) {
      s.close((int) result);
    }
    return !LinuxErrors.is(result, Errno.EINVAL);
  }
}
