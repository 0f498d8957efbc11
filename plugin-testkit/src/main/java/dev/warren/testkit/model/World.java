package dev.warren.testkit.model;

import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.testkit.Gap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of the two file systems with what a sequence has open in it. For one thread. */
final class World implements AutoCloseable {
  /** How many files can be open at a time. */
  static final int FILES = 5;

  /** How many directories can be open at a time. */
  static final int DIRECTORIES = 2;

  private final FileSystem fs;
  private final Set<Gap> gaps;
  private final int uid;
  private final int gid;
  private final Map<Integer, Handle> files = new HashMap<>();
  private final Map<Integer, OpenDirectory> directories = new HashMap<>();

  World(FileSystem fs, Set<Gap> gaps) throws FsException {
    this.fs = fs;
    this.gaps = gaps;
    FileAttributes root = fs.stat(VfsPath.ROOT);
    uid = root.uid();
    gid = root.gid();
  }

  /** An open file and how it was opened. */
  record Handle(OpenFile file, OpenOptions options) {}

  FileSystem fs() {
    return fs;
  }

  boolean lacks(Gap gap) {
    return gaps.contains(gap);
  }

  /** A user's number; that of the file system's own user has a name, since it differs. */
  String user(int number) {
    return number == uid ? "own" : Integer.toString(number);
  }

  /** A group's number; that of the file system's own group has a name, since it differs. */
  String group(int number) {
    return number == gid ? "own" : Integer.toString(number);
  }

  /** The open file of a slot, or ENXIO, which says in both worlds that it is free. */
  Handle file(int slot) throws FsException {
    Handle handle = files.get(slot);
    if (handle == null) {
      throw new FsException(Errno.ENXIO, "the slot is free");
    }
    return handle;
  }

  /** Whether a slot holds an open file. */
  boolean isOpen(int slot) {
    return files.containsKey(slot);
  }

  /** The open directory of a slot, or ENXIO. */
  OpenDirectory directory(int slot) throws FsException {
    OpenDirectory directory = directories.get(slot);
    if (directory == null) {
      throw new FsException(Errno.ENXIO, "the slot is free");
    }
    return directory;
  }

  /** Puts an open file into a slot, and closes what was there. */
  void put(int slot, Handle handle) throws FsException {
    Handle old = files.put(slot, handle);
    if (old != null) {
      old.file().close();
    }
  }

  /** Closes the file of a slot. */
  void close(int slot) throws FsException {
    file(slot).file().close();
    files.remove(slot);
  }

  /** Puts an open directory into a slot, and closes what was there. */
  void put(int slot, OpenDirectory directory) {
    OpenDirectory old = directories.put(slot, directory);
    if (old != null) {
      old.close();
    }
  }

  /** Closes the directory of a slot. */
  void closeDirectory(int slot) throws FsException {
    directory(slot).close();
    directories.remove(slot);
  }

  /** The type of what a path names; null if it names nothing. */
  @Nullable FileType type(VfsPath path) {
    try {
      return fs.stat(path).type();
    } catch (FsException e) {
      return null;
    }
  }

  /** Whether there is no directory that could hold a path's last name. */
  boolean lacksParent(VfsPath path) {
    return type(path.parentOrRoot()) != FileType.DIRECTORY;
  }

  @Override
  public void close() throws FsException {
    for (Handle handle : files.values()) {
      handle.file().close();
    }
    directories.values().forEach(OpenDirectory::close);
    fs.close();
  }
}
