package dev.warren.api.synthetic;

import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A directory of a synthetic tree, with entries that are fixed or computed. Immutable. */
public final class SyntheticDirectory implements SyntheticNode {
  private static final SyntheticDirectory EMPTY =
      new SyntheticDirectory(Map.of(), Map::of, 0555, true);

  private final Map<String, SyntheticNode> fixed;
  private final Source<? extends Map<String, ? extends SyntheticNode>> computed;
  private final int permissions;
  private final boolean immediate;

  private SyntheticDirectory(
      Map<String, SyntheticNode> fixed,
      Source<? extends Map<String, ? extends SyntheticNode>> computed,
      int permissions,
      boolean immediate) {
    this.fixed = fixed;
    this.computed = computed;
    this.permissions = permissions;
    this.immediate = immediate;
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
    return new SyntheticDirectory(Map.of(), entries, 0555, false);
  }

  /**
   * The same directory and one more entry, which comes before computed ones of its name.
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
    return new SyntheticDirectory(
        Collections.unmodifiableMap(entries), computed, permissions, immediate);
  }

  @Override
  public SyntheticDirectory withPermissions(int bits) {
    return new SyntheticDirectory(fixed, computed, bits & 0777, immediate);
  }

  @Override
  public SyntheticDirectory immediate() {
    return new SyntheticDirectory(fixed, computed, permissions, true);
  }

  /** Unless given, 0555. */
  @Override
  public int permissions() {
    return permissions;
  }

  /** Whether to look for a name may wait. */
  boolean waitsFor(String name) {
    return !immediate && !fixed.containsKey(name);
  }

  /** Whether to list it may wait. */
  boolean waitsToList() {
    return !immediate;
  }

  @Nullable SyntheticNode find(String name) throws FsException {
    SyntheticNode node = fixed.get(name);
    return node != null ? node : PluginCalls.get(computed).get(name);
  }

  /**
   * All entries as they are now.
   *
   * @param leftOut is told of computed entries that cannot be shown: a name, and why
   */
  Map<String, SyntheticNode> list(BiConsumer<String, String> leftOut) throws FsException {
    Map<String, SyntheticNode> entries = new LinkedHashMap<>(fixed);
    for (Map.Entry<String, ? extends SyntheticNode> entry : PluginCalls.get(computed).entrySet()) {
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

  /** Attributes but for owner, times and number. */
  FileAttributes.Builder attributes() {
    return FileAttributes.builder(FileType.DIRECTORY).permissions(permissions).linkCount(2);
  }
}
