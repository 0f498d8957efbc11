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

/** A directory of a synthetic tree, with entries that are fixed, computed or changed. Immutable. */
public final class SyntheticDirectory implements SyntheticNode {
  private static final SyntheticDirectory EMPTY =
      new SyntheticDirectory(
          Map.of(), new Computed(Map::of), Traits.NONE.withPermissions(0555).asImmediate());

  private final Map<String, SyntheticNode> fixed;
  private final DirectoryContent content;
  private final Traits traits;

  /** Entries that no client changes. */
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

  /** A directory without entries, to be used with {@link #with}. */
  public static SyntheticDirectory fixed() {
    return EMPTY;
  }

  /**
   * A directory whose entries are asked for whenever somebody looks a name up or lists it, in the
   * map's order. A look-up calls {@link Map#get} alone, so a map may make its values when asked. An
   * entry whose name is no file name is left out, and the log tells so.
   */
  public static SyntheticDirectory computed(
      Source<? extends Map<String, ? extends SyntheticNode>> entries) {
    return new SyntheticDirectory(
        Map.of(), new Computed(entries), Traits.NONE.withPermissions(0555));
  }

  /**
   * A directory whose entries clients create, remove or rename, as far as the content lets them.
   * Its permissions are 0755 unless given.
   */
  public static SyntheticDirectory of(DirectoryContent content) {
    return new SyntheticDirectory(Map.of(), content, Traits.NONE.withPermissions(0755));
  }

  /**
   * The same directory and one more entry, which comes before computed ones of its name. Clients
   * neither remove nor rename it (EPERM); it is a part of the directory, and goes when that goes.
   *
   * @throws IllegalArgumentException if the name is no file name or there is a fixed entry of it
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

  /** As of every node; nor does it wait to open a file that it has just created. */
  @Override
  public SyntheticDirectory immediate() {
    return with(traits.asImmediate());
  }

  /** Unless given, 0555, or 0755 where clients may change the entries. */
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

  /** Whether clients may change the entries, as far as the content lets them. */
  boolean isChangeable() {
    return !(content instanceof Computed);
  }

  boolean isFixed(String name) {
    return fixed.containsKey(name);
  }

  /** Whether nothing but what is fixed is in it. */
  boolean isEmpty() throws FsException {
    return PluginCalls.get(content::entries).isEmpty();
  }

  /** Whether to look for a name may wait. */
  boolean waitsFor(String name) {
    return waits() && !isFixed(name);
  }

  /** Whether to list or to change it may wait. */
  boolean waits() {
    return !traits.immediate();
  }

  @Nullable SyntheticNode find(String name) throws FsException {
    SyntheticNode node = fixed.get(name);
    return node != null ? node : PluginCalls.get(content::entries).get(name);
  }

  /**
   * All entries as they are now.
   *
   * @param leftOut is told of computed entries that cannot be shown: a name, and why
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

  @SuppressWarnings("ConstantConditions") // a plugin's map may hold nulls all the same
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
   * Attributes but for owner and number. Subdirectories are not counted, and the number of links is
   * 1, as on btrfs: a program that found 2 would take it that there are none.
   */
  FileAttributes.Builder attributes(Instant opened) throws FsException {
    return FileAttributes.builder(FileType.DIRECTORY)
        .permissions(permissions())
        .times(traits.modified() == null ? opened : PluginCalls.get(traits.modified()::get));
  }
}
