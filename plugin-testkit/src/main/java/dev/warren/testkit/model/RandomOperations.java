package dev.warren.testkit.model;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.testkit.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Generates sequences of steps. It uses few names, so that operations affect each other: one step
 * creates a file that another one removes or replaces. The same seed generates the same sequence.
 */
final class RandomOperations {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final List<String> XATTRS = List.of("user.x", "user.y", "user.long-name");
  private static final int COMPARE_EVERY = 40;

  private final Random random;
  private final Set<Gap> gaps;
  private final List<Supplier<Step>> choices = new ArrayList<>();

  RandomOperations(long seed, Set<Gap> gaps) {
    this.random = new Random(seed);
    this.gaps = gaps;
    addFileSteps();
    addNameSteps();
    addAttributeSteps();
  }

  /** Returns the given number of steps, with complete comparisons now and then and at the end. */
  List<Step> sequence(int operations) {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= operations; i++) {
      steps.add(choices.get(random.nextInt(choices.size())).get());
      if (i % COMPARE_EVERY == 0 || i == operations) {
        steps.add(new DirectorySteps.CompareAll());
      }
    }
    return steps;
  }

  private void add(int weight, Supplier<Step> step) {
    for (int i = 0; i < weight; i++) {
      choices.add(step);
    }
  }

  private void addUnless(Gap gap, int weight, Supplier<Step> step) {
    if (!gaps.contains(gap)) {
      add(weight, step);
    }
  }

  private void addFileSteps() {
    add(14, () -> new FileSteps.Open(slot(), path(), options(), filePermissions()));
    add(3, () -> new FileSteps.Close(slot(), random.nextInt(4) == 0));
    add(14, () -> new FileSteps.Write(slot(), offset(), size(), random.nextBoolean()));
    add(10, () -> new FileSteps.Read(slot(), offset(), size(), random.nextBoolean()));
    add(4, () -> new FileSteps.Truncate(slot(), offset()));
    add(4, () -> new FileSteps.StatOpen(slot()));
    add(1, () -> new FileSteps.Sync(slot(), random.nextBoolean()));
    add(4, () -> new FileSteps.Copy(slot(), offset(), size(), slot(), offset()));
    add(4, () -> new NameSteps.Save(path(), size()));
  }

  private void addNameSteps() {
    add(9, () -> new NameSteps.MakeDirectory(path(), directoryPermissions()));
    add(5, () -> new NameSteps.RemoveDirectory(path()));
    add(7, () -> new NameSteps.Unlink(path()));
    add(12, () -> new NameSteps.Rename(path(), path(), true));
    addUnless(Gap.RENAME_NOREPLACE, 3, () -> new NameSteps.Rename(path(), path(), false));
    addUnless(Gap.HARD_LINKS, 6, () -> new NameSteps.Link(path(), path()));
    addUnless(Gap.SYMBOLIC_LINKS, 4, () -> new NameSteps.SymbolicLink(target(), path()));
    addUnless(Gap.SYMBOLIC_LINKS, 2, () -> new NameSteps.ReadLink(path()));
    addUnless(Gap.SPECIAL_FILES, 2, () -> new NameSteps.MakeFifo(path(), filePermissions()));
    add(6, () -> new NameSteps.Stat(path()));
    addUnless(Gap.STATFS, 1, () -> new NameSteps.StatFileSystem(path()));
    add(4, () -> new DirectorySteps.ListPath(directoryPath(), 1 + random.nextInt(5)));
    add(3, () -> new DirectorySteps.Open(directorySlot(), directoryPath()));
    add(1, () -> new DirectorySteps.Close(directorySlot()));
    addUnless(
        Gap.DIRECTORY_HANDLES,
        4,
        () -> new DirectorySteps.ListOpen(directorySlot(), 1 + random.nextInt(5)));
    addUnless(Gap.DIRECTORY_HANDLES, 1, () -> new DirectorySteps.StatOpen(directorySlot()));
  }

  private void addAttributeSteps() {
    addUnless(Gap.SET_ATTRIBUTES, 8, () -> new AttributeSteps.Change(path(), changes()));
    addUnless(Gap.SET_ATTRIBUTES, 3, () -> new AttributeSteps.ChangeOpen(slot(), changes()));
    addUnless(
        Gap.XATTRS,
        4,
        () -> new AttributeSteps.SetXattr(path(), xattr(), random.nextInt(60), xattrMode()));
    addUnless(Gap.XATTRS, 2, () -> new AttributeSteps.GetXattr(path(), xattr()));
    addUnless(Gap.XATTRS, 1, () -> new AttributeSteps.RemoveXattr(path(), xattr()));
    addUnless(Gap.XATTRS, 1, () -> new AttributeSteps.ListXattrs(path()));
  }

  private int slot() {
    return random.nextInt(World.FILES);
  }

  private int directorySlot() {
    return random.nextInt(World.DIRECTORIES);
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** Returns a path of one to three names, usually one or two. */
  private VfsPath path() {
    int depth = List.of(1, 1, 1, 2, 2, 2, 3).get(random.nextInt(7));
    VfsPath path = VfsPath.ROOT;
    try {
      for (int i = 0; i < depth; i++) {
        path = path.resolve(name());
      }
    } catch (FsException e) {
      throw new IllegalStateException("the names are good", e);
    }
    return path;
  }

  private VfsPath directoryPath() {
    return random.nextInt(5) == 0 ? VfsPath.ROOT : path();
  }

  private OpenOptions options() {
    int access = random.nextInt(4);
    boolean read = access != 1;
    boolean write = access != 0;
    return new OpenOptions(
        read,
        write,
        write && random.nextInt(5) == 0,
        random.nextInt(3) > 0,
        random.nextInt(6) == 0,
        write && random.nextInt(6) == 0,
        random.nextInt(20) == 0);
  }

  /**
   * Returns permissions that always permit everything to the owner, so that the user who runs the
   * test does not matter.
   */
  private int filePermissions() {
    return 0600 | random.nextInt(0100);
  }

  private int directoryPermissions() {
    return 0700 | random.nextInt(0100);
  }

  private long offset() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> 0;
      case 2 -> 4096;
      case 3 -> random.nextInt(200_000);
      case 4 ->
          random.nextInt(8) == 0 && !gaps.contains(Gap.SPARSE_FILES)
              ? (1L << 33) + random.nextInt(100)
              : 65_536;
      default -> random.nextInt(9_000);
    };
  }

  private int size() {
    return switch (random.nextInt(10)) {
      case 0 -> 0;
      case 1 -> 4096;
      case 2 -> random.nextInt(70_000);
      default -> random.nextInt(3_000);
    };
  }

  private String target() {
    return List.of("a", "b/c", "../a", "/", "nowhere", "/a/b").get(random.nextInt(6));
  }

  private AttributeChanges changes() {
    AttributeChanges none = AttributeChanges.NONE;
    return switch (random.nextInt(9)) {
      case 0, 1 -> none.withPermissions(changedPermissions());
      case 2 -> none.withTimes(time(), time());
      case 3 -> none.withTimes(null, time());
      case 4 -> none.withTimes(time(), null);
      case 5 -> none.withSize(offset());
      case 6 -> gaps.contains(Gap.OWNERSHIP) ? none : none.withOwner(owner(), owner());
      case 7 -> none.withPermissions(changedPermissions()).withTimes(time(), time());
      default -> none.withSize(offset()).withTimes(time(), time());
    };
  }

  private int changedPermissions() {
    int special = random.nextInt(3) == 0 && !gaps.contains(Gap.SPECIAL_BITS) ? 01000 : 0;
    return 0700 | random.nextInt(0100) | special * random.nextInt(8);
  }

  private Integer owner() {
    return 1000 + random.nextInt(3);
  }

  private TimeChange time() {
    return random.nextInt(5) == 0
        ? TimeChange.NOW
        : TimeChange.to(1_000_000_000L + random.nextInt(1_000), random.nextInt(1_000_000_000));
  }

  private String xattr() {
    return XATTRS.get(random.nextInt(XATTRS.size()));
  }

  private XattrMode xattrMode() {
    return List.of(XattrMode.SET, XattrMode.CREATE, XattrMode.REPLACE).get(random.nextInt(3));
  }
}
