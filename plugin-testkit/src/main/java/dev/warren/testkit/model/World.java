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

/**
 * One of the two file systems, and the files and directories that a sequence has open in it. For
 * one thread.
 */
final class World implements AutoCloseable {
  /** How many files can be open at the same time. */
  static final int FILES = 5;

  /** How many directories can be open at the same time. */
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

  /** An open file and its options. */
  record Handle(OpenFile file, OpenOptions options) {}

  FileSystem fs() {
    return fs;
  }

  boolean lacks(Gap gap) {
    return gaps.contains(gap);
  }

  /** Describes a uid; the file system's own uid is described by a name, since it differs. */
  String user(int number) {
    return number == uid ? "own" : Integer.toString(number);
  }

  /** Describes a gid; the file system's own gid is described by a name, since it differs. */
  String group(int number) {
    return number == gid ? "own" : Integer.toString(number);
  }

  /** Returns the open file in a slot; fails with ENXIO in both worlds if the slot is empty. */
  Handle file(int slot) throws FsException {
    Handle handle = files.get(slot);
    if (handle == null) {
      throw new FsException(Errno.ENXIO, "the slot is free");
    }
    return handle;
  }

  /** Whether a slot contains an open file. */
  boolean isOpen(int slot) {
    return files.containsKey(slot);
  }

  /** Returns the open directory in a slot, or fails with ENXIO. */
  OpenDirectory directory(int slot) throws FsException {
    OpenDirectory directory = directories.get(slot);
    if (directory == null) {
      throw new FsException(Errno.ENXIO, "the slot is free");
    }
    return directory;
  }

  /** Stores an open file in a slot, and closes the previous one. */
  void put(int slot, Handle handle) throws FsException {
    Handle old = files.put(slot, handle);
    if (old != null) {
      old.file().close();
    }
  }

  /** Closes the file in a slot. */
  void close(int slot) throws FsException {
    file(slot).file().close();
    files.remove(slot);
  }

  /** Stores an open directory in a slot, and closes the previous one. */
  void put(int slot, OpenDirectory directory) {
    OpenDirectory old = directories.put(slot, directory);
    if (old != null) {
      old.close();
    }
  }

  /** Closes the directory in a slot. */
  void closeDirectory(int slot) throws FsException {
    directory(slot).close();
    directories.remove(slot);
  }

  /** Returns the type of the file at a path; null if there is none. */
  @Nullable FileType type(VfsPath path) {
    try {
      return fs.stat(path).type();
    } catch (FsException e) {
      return null;
    }
  }

  /** Whether the directory that would contain a path's last name does not exist. */
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
