package dev.warren.memfs;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory. Its entries are guarded by the file system's lock on names. */
final class Directory extends Inode {
  private static final int SET_GID = 02000;

  /**
   * The charge for a name, in addition to that for its file. It does not depend on the length, so a
   * rename needs no space.
   */
  static final int NAME_CHARGE = 256;

  private Map<String, Entry> byName = new HashMap<>();

  /** The greatest size that {@link #byName} has had. */
  private int mostNames;

  /**
   * Entries in the order in which they were added. A number is used only once in a directory's
   * life, so that a listing can continue after any of them.
   */
  private final NavigableMap<Long, Entry> byNumber = new TreeMap<>();

  private long lastNumber;

  /**
   * The directory that contains this one's name; null for the root, and once the name has been
   * removed.
   */
  private @Nullable Directory above;

  /** The caller has charged for an inode. */
  Directory(Volume volume, int permissions, Owner owner) {
    super(volume, FileType.DIRECTORY, permissions, owner);
    update(b -> b.linkCount(1)); // its own "."
  }

  /** Whether the given directory is this one or below it. */
  boolean isAbove(Directory directory) {
    Directory d = directory;
    while (d != null && !d.equals(this)) {
      d = d.above;
    }
    return d != null;
  }

  @Nullable Inode find(String name) {
    Entry entry = byName.get(name);
    return entry == null ? null : entry.inode();
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** Adds a name that does not exist; the caller has charged for it. */
  void add(String name, Inode inode) {
    put(new Entry(name, inode, ++lastNumber));
    inode.linked();
    changed(inode, 1);
  }

  /** Removes an existing name and gives its charge back. */
  void remove(String name) {
    Inode inode = take(name);
    volume().space().giveBack(NAME_CHARGE);
    loseName(inode);
  }

  /**
   * Replaces the file of an existing name. The entry keeps its number, so that a listing does not
   * contain the name twice.
   */
  void replace(String name, Inode inode) {
    Entry old = entry(name);
    put(new Entry(name, inode, old.number()));
    inode.linked();
    changed(inode, 1);
    changed(old.inode(), -1);
    loseName(old.inode());
  }

  /** Removes a name whose file has received another name, to which the charge passes. */
  void moveAway(String name) {
    take(name).unlinked();
  }

  /**
   * Returns at most {@code limit} entries after a number, or null if the number was never assigned.
   */
  @Nullable List<DirectoryEntry> after(long number, int limit, boolean attributes) {
    if (number < 0 || number > lastNumber) {
      return null;
    }
    List<DirectoryEntry> entries = new ArrayList<>();
    for (Entry entry : byNumber.tailMap(number, false).values()) {
      entries.add(entry.toDirectoryEntry(attributes));
      if (entries.size() == limit) {
        break;
      }
    }
    return entries;
  }

  /** Returns the owner of a file that is created here: a set-gid directory passes its group on. */
  Owner ownerBelow(Owner owner) {
    return passesGroupOn() ? new Owner(owner.uid(), attributes().gid()) : owner;
  }

  /** Returns the permission bits of a directory that is created here, as mkdir(2) does. */
  int directoryPermissionsBelow(int permissions) {
    return (permissions & 01777) | (passesGroupOn() ? SET_GID : 0);
  }

  private boolean passesGroupOn() {
    return (attributes().permissions() & SET_GID) != 0;
  }

  private Entry entry(String name) {
    Entry entry = byName.get(name);
    if (entry == null) {
      throw new IllegalStateException("no entry of this name");
    }
    return entry;
  }

  private void put(Entry entry) {
    if (entry.inode() instanceof Directory directory) {
      directory.above = this;
    }
    byName.put(entry.name(), entry);
    byNumber.put(entry.number(), entry);
    mostNames = Math.max(mostNames, byName.size());
  }

  private Inode take(String name) {
    Entry entry = entry(name);
    byName.remove(name);
    byNumber.remove(entry.number());
    shrink();
    changed(entry.inode(), -1);
    return entry.inode();
  }

  /** A hash table does not shrink by itself, and empty slots are not charged for. */
  private void shrink() {
    if (byName.size() < mostNames / 4) {
      byName = new HashMap<>(byName);
      mostNames = byName.size();
    }
  }

  /**
   * Records that an entry was added or removed; each subdirectory has a ".." that links to this
   * directory.
   */
  private void changed(Inode inode, int difference) {
    int links = inode.type() == FileType.DIRECTORY ? difference : 0;
    contentChanged(b -> b.linkCount(attributes().linkCount() + links));
  }

  /**
   * Removes the only name of a directory, together with the link from its ".", or one name of a
   * file.
   */
  private static void loseName(Inode inode) {
    inode.unlinked();
    if (inode instanceof Directory directory) {
      directory.unlinked();
      directory.above = null;
    }
  }

  private record Entry(String name, Inode inode, long number) {
    DirectoryEntry toDirectoryEntry(boolean withAttributes) {
      return new DirectoryEntry(
          name,
          inode.type(),
          inode.attributes().fileId(),
          number,
          withAttributes ? inode.attributes() : null);
    }
  }
}
