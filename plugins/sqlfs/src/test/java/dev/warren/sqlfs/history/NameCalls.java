package dev.warren.sqlfs.history;

import static dev.warren.testkit.TestFiles.path;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Chooses random calls that use names, and makes them on a file system. */
public final class NameCalls {
  private static final OpenOptions OPEN = OpenOptions.WRITE.withCreate();
  private static final List<String> NAMES = List.of("a", "b", "c");

  private final AtomicInteger marks = new AtomicInteger();
  private final int groups;
  private final NameCall.Lookup stat;

  /**
   * @param groups the number of groups of names; each call uses names of one group
   * @param stat how files are looked up by name; hard links are made only with {@link
   *     NameCall.Lookup#STAT_LINKS}
   */
  public NameCalls(int groups, NameCall.Lookup stat) {
    this.groups = groups;
    this.stat = stat;
  }

  /** A random call. */
  public NameCall next(Random random) {
    int group = random.nextInt(groups);
    String one = name(random, group);
    String other = name(random, group);
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> new NameCall.Create(one, mark());
      case 3 -> new NameCall.Open(one, mark());
      case 4, 5 -> new NameCall.Mkdir(one, mark());
      case 6, 7 ->
          stat == NameCall.Lookup.STAT_LINKS
              ? new NameCall.Link(one, other)
              : new NameCall.Open(one, mark());
      case 8, 9 -> new NameCall.Unlink(one);
      case 10 -> new NameCall.Rmdir(one);
      case 11, 12, 13 -> new NameCall.Rename(one, other, true);
      case 14, 15 -> new NameCall.Rename(one, other, false);
      case 16 -> new NameCall.Find(top(one), NameCall.Lookup.HANDLE);
      default -> new NameCall.Find(top(one), stat);
    };
  }

  private static String name(Random random, int group) {
    String name = NAMES.get(random.nextInt(NAMES.size())) + group;
    return random.nextInt(4) == 0 ? name + "/x" : name;
  }

  /** The name in the root with which a path begins. */
  public static String top(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  private int mark() {
    int mark = marks.incrementAndGet();
    if (mark >= NameCall.MARKS) {
      throw new IllegalStateException("the history is too long for the marks that there are");
    }
    return mark;
  }

  /** Lookups of all names in the root. */
  public List<NameCall> all() {
    return IntStream.range(0, groups)
        .boxed()
        .flatMap(group -> NAMES.stream().map(name -> name + group))
        .map(name -> (NameCall) new NameCall.Find(name, stat))
        .toList();
  }

  /** Makes a call; returns its result. */
  public static String make(FileSystem fs, NameCall call) throws FsException {
    switch (call) {
      case NameCall.Create create -> {
        fs.open(path("/" + create.path()), OPEN.withExclusive(), create.mark()).close();
        return NameRules.DONE;
      }
      case NameCall.Open open -> {
        try (OpenFile file = fs.open(path("/" + open.path()), OPEN, open.mark())) {
          return file(file.stat()).toString();
        }
      }
      case NameCall.Mkdir mkdir -> fs.mkdir(path("/" + mkdir.path()), mkdir.mark());
      case NameCall.Link link -> fs.link(path("/" + link.existing()), path("/" + link.path()));
      case NameCall.Unlink unlink -> fs.unlink(path("/" + unlink.path()));
      case NameCall.Rmdir rmdir -> fs.rmdir(path("/" + rmdir.path()));
      case NameCall.Rename rename ->
          fs.rename(path("/" + rename.from()), path("/" + rename.to()), rename.replace());
      case NameCall.Find find -> {
        return found(fs, find);
      }
    }
    return NameRules.DONE;
  }

  private static String found(FileSystem fs, NameCall.Find find) throws FsException {
    VfsPath path = path("/" + find.path());
    if (find.how() == NameCall.Lookup.HANDLE) {
      AttributesBuffer attributes = new AttributesBuffer();
      try (FileHandle _ = Objects.requireNonNull(fs.find(path, attributes))) {
        return file(attributes.toAttributes()).toString();
      }
    }
    FileAttributes found = fs.stat(path);
    return NameRules.found(find, file(found), found.linkCount());
  }

  private static NameTree.File file(FileAttributes attributes) {
    return new NameTree.File(attributes.isDirectory(), attributes.permissions());
  }
}
