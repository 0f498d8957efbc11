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

/** A directory. What concerns its entries is guarded by the file system's lock on names. */
final class Directory extends Inode {
  private static final int SET_GID = 02000;

  /** What a name takes beside the file it names. The same for all, so that a rename is free. */
  static final int NAME_CHARGE = 256;

  private Map<String, Entry> byName = new HashMap<>();

  /** The most names that {@link #byName} has had. */
  private int mostNames;

  /**
   * In the order in which the names came. A number is used once in a directory's life, so that a
   * listing can go on after any of them.
   */
  private final NavigableMap<Long, Entry> byNumber = new TreeMap<>();

  private long lastNumber;

  /** The directory that holds this one's name; null for the root, and when the name has gone. */
  private @Nullable Directory above;

  /** The caller has taken the charge of an inode. */
  Directory(Volume volume, int permissions, Owner owner) {
    super(volume, FileType.DIRECTORY, permissions, owner);
    update(b -> b.linkCount(1)); // its own "."
  }

  /** Whether a directory is this one or below it. */
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

  /** Adds a name, which is not there and whose charge the caller has taken. */
  void add(String name, Inode inode) {
    put(new Entry(name, inode, ++lastNumber));
    inode.linked();
    changed(inode, 1);
  }

  /** Removes a name, which is there, and gives back its charge. */
  void remove(String name) {
    Inode inode = take(name);
    volume().space().giveBack(NAME_CHARGE);
    loseName(inode);
  }

  /**
   * Lets a name, which is there, stand for another file. The number stays: a listing must not meet
   * the name twice.
   */
  void replace(String name, Inode inode) {
    Entry old = entry(name);
    put(new Entry(name, inode, old.number()));
    inode.linked();
    changed(inode, 1);
    changed(old.inode(), -1);
    loseName(old.inode());
  }

  /** Removes a name whose file has got another one, which takes over the charge. */
  void moveAway(String name) {
    take(name).unlinked();
  }

  /** At most {@code limit} entries after a number, or null if it was never given out. */
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

  /** The owner of what is created here: a set-gid directory passes its group on. */
  Owner ownerBelow(Owner owner) {
    return passesGroupOn() ? new Owner(owner.uid(), attributes().gid()) : owner;
  }

  /** The permission bits of a directory that is created here, as mkdir(2) makes them. */
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

  /** A hash table does not shrink by itself, and nobody is charged for an empty one. */
  private void shrink() {
    if (byName.size() < mostNames / 4) {
      byName = new HashMap<>(byName);
      mostNames = byName.size();
    }
  }

  /** Notes that an entry came or went; each directory below has a ".." that links here. */
  private void changed(Inode inode, int difference) {
    int links = inode.type() == FileType.DIRECTORY ? difference : 0;
    contentChanged(b -> b.linkCount(attributes().linkCount() + links));
  }

  /** Takes its last name from a directory, with which its "." goes, or one name from a file. */
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
