package dev.warren.api.synthetic;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a synthetic tree, whose entries are fixed, computed, or changed by clients.
 * Immutable.
 */
public final class SyntheticDirectory implements SyntheticNode {
  private static final SyntheticDirectory EMPTY =
      new SyntheticDirectory(
          Map.of(), new Computed(Map::of), Traits.NONE.withPermissions(0555).asImmediate());

  private final Map<String, SyntheticNode> fixed;
  private final DirectoryContent content;
  private final Traits traits;

  /** Entries that clients cannot change. */
  private record Computed(Source<? extends Map<String, ? extends SyntheticNode>> source)
      implements DirectoryContent {
    @Override
    public Map<String, ? extends SyntheticNode> entries() throws IOException {
      return source.get();
    }
  }

  private SyntheticDirectory(
      Map<String, SyntheticNode> fixed, DirectoryContent content, Traits traits) {
    this.fixed = fixed;
    this.content = content;
    this.traits = traits;
  }

  private SyntheticDirectory with(Traits other) {
    return new SyntheticDirectory(fixed, content, other);
  }

  /** Returns a directory without entries; add them with {@link #with}. */
  public static SyntheticDirectory fixed() {
    return EMPTY;
  }

  /**
   * Returns a directory whose entries are computed for each look-up and each listing, in the order
   * of the map. A look-up calls only {@link Map#get}, so a map may create its values on demand. An
   * entry whose name is not a valid file name is left out and logged.
   */
  public static SyntheticDirectory computed(
      Source<? extends Map<String, ? extends SyntheticNode>> entries) {
    return new SyntheticDirectory(
        Map.of(), new Computed(entries), Traits.NONE.withPermissions(0555));
  }

  /**
   * Returns a directory whose entries clients create, remove or rename, as far as the content
   * permits. Its default permissions are 0755.
   */
  public static SyntheticDirectory of(DirectoryContent content) {
    return new SyntheticDirectory(Map.of(), content, Traits.NONE.withPermissions(0755));
  }

  /**
   * Returns this directory with one more entry, which takes precedence over a computed entry of the
   * same name. Clients can neither remove nor rename it (EPERM); it is removed together with the
   * directory.
   *
   * @throws IllegalArgumentException if the name is not a valid file name or already belongs to a
   *     fixed entry
   */
  public SyntheticDirectory with(String name, SyntheticNode node) {
    try {
      VfsPath.ROOT.resolve(name);
    } catch (FsException e) {
      throw new IllegalArgumentException("not a file name: '" + name + "'", e);
    }
    Map<String, SyntheticNode> entries = new LinkedHashMap<>(fixed);
    if (entries.putIfAbsent(name, node) != null) {
      throw new IllegalArgumentException("two entries are called '" + name + "'");
    }
    return new SyntheticDirectory(Collections.unmodifiableMap(entries), content, traits);
  }

  @Override
  public SyntheticDirectory withPermissions(int bits) {
    return with(traits.withPermissions(bits));
  }

  @Override
  public SyntheticDirectory withModified(Supplier<Instant> time) {
    return with(traits.withModified(time));
  }

  @Override
  public SyntheticDirectory withXattrs(Xattrs xattrs) {
    return with(traits.withXattrs(xattrs));
  }

  /**
   * Declares this node to be non-blocking; opening a file that the directory has just created is
   * then non-blocking, too.
   */
  @Override
  public SyntheticDirectory nonBlocking() {
    return with(traits.asImmediate());
  }

  /** By default 0555, or 0755 if clients may change the entries. */
  @Override
  public int permissions() {
    return Objects.requireNonNull(traits.permissions());
  }

  Traits traits() {
    return traits;
  }

  /** The entries that are not fixed. */
  DirectoryContent content() {
    return content;
  }

  /** Whether clients may change the entries, as far as the content permits. */
  boolean isChangeable() {
    return !(content instanceof Computed);
  }

  boolean isFixed(String name) {
    return fixed.containsKey(name);
  }

  /** Whether the directory has no entries other than fixed ones. */
  boolean isEmpty() throws FsException {
    return PluginCalls.get(content::entries).isEmpty();
  }

  /** Whether looking up the name may block. */
  boolean waitsFor(String name) {
    return waits() && !isFixed(name);
  }

  /** Whether listing or changing the directory may block. */
  boolean waits() {
    return !traits.nonBlocking();
  }

  @Nullable SyntheticNode find(String name) throws FsException {
    SyntheticNode node = fixed.get(name);
    return node != null ? node : PluginCalls.get(content::entries).get(name);
  }

  /**
   * Returns all current entries.
   *
   * @param leftOut receives the name of each computed entry that cannot be shown, and the reason
   */
  Map<String, SyntheticNode> list(BiConsumer<String, String> leftOut) throws FsException {
    Map<String, SyntheticNode> entries = new LinkedHashMap<>(fixed);
    for (Map.Entry<String, ? extends SyntheticNode> entry :
        PluginCalls.get(content::entries).entrySet()) {
      String problem = problem(entry);
      if (problem == null) {
        entries.putIfAbsent(entry.getKey(), entry.getValue());
      } else {
        leftOut.accept(String.valueOf(entry.getKey()), problem);
      }
    }
    return entries;
  }

  @SuppressWarnings("ConstantConditions") // a plugin's map may contain nulls in spite of its type
  private static @Nullable String problem(Map.Entry<String, ? extends SyntheticNode> entry) {
    if (entry.getKey() == null || entry.getValue() == null) {
      return "is null";
    }
    try {
      VfsPath.ROOT.resolve(entry.getKey());
      return null;
    } catch (FsException e) {
      return "has a name that is no file name";
    }
  }

  /**
   * Returns the attributes except owner and file id. The link count is 1, as on btrfs, because
   * subdirectories are not counted: a program that saw 2 would conclude that there are none.
   */
  FileAttributes.Builder attributes(Instant opened) throws FsException {
    return FileAttributes.builder(FileType.DIRECTORY)
        .permissions(permissions())
        .times(traits.modified() == null ? opened : PluginCalls.get(traits.modified()::get));
  }
}
