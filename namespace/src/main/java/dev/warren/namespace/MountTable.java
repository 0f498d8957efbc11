package dev.warren.namespace;

import dev.warren.api.VfsPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which mount a path belongs to. Immutable. Mount points and all directories above them are nodes;
 * any other path belongs where the nearest node above it does, so a look-up costs the depth of the
 * path, however many mounts there are.
 */
final class MountTable {
  /** A mount point or a directory above one. */
  static final class Node {
    private final VfsPath path;
    private final @Nullable Mount mount;
    private final @Nullable Mount owner;
    private final long syntheticId;
    private final Map<String, Node> children = new LinkedHashMap<>();

    private Node(VfsPath path, @Nullable Mount mount, @Nullable Mount owner, long syntheticId) {
      this.path = path;
      this.mount = mount;
      this.owner = owner;
      this.syntheticId = syntheticId;
    }

    /** The node of a mount point alone. */
    static Node inside(Mount mount) {
      return new Node(mount.path(), mount, mount, 0);
    }

    VfsPath path() {
      return path;
    }

    /** What is mounted here. */
    @Nullable Mount mount() {
      return mount;
    }

    /** Whose this path is: what is mounted here or above; null for nobody's. */
    @Nullable Mount owner() {
      return owner;
    }

    /** The nodes right below, by name, in the order of the names. */
    Map<String, Node> children() {
      return children;
    }

    /** Its id where no plugin provides it. */
    long syntheticId() {
      return syntheticId;
    }

    /** Whether this node, which was found for the path, is the path's own and not one above. */
    boolean isAt(VfsPath found) {
      return path.depth() == found.depth();
    }

    /** Whether this node is the path's own and other mounts are below it. */
    boolean leadsOnFrom(VfsPath found) {
      return isAt(found) && !children.isEmpty();
    }

    /** Whether a plugin's tree leads through here to another mount. */
    boolean isOnTheWay() {
      return mount == null && owner != null;
    }
  }

  private final List<Mount> mounts;
  private final Map<VfsPath, Node> nodes = new HashMap<>();
  private final Node root;
  private final int maxDepth;

  /**
   * A table.
   *
   * @param mounts in the order in which they were mounted
   * @param syntheticIds gives each directory above a mount point its id
   */
  MountTable(List<Mount> mounts, ToLongFunction<VfsPath> syntheticIds) {
    this.mounts = List.copyOf(mounts);
    Map<VfsPath, Mount> byPath = new HashMap<>();
    for (Mount mount : mounts) {
      for (VfsPath p = mount.path(); !p.isRoot(); p = p.parentOrRoot()) {
        byPath.putIfAbsent(p, null);
      }
      byPath.put(mount.path(), mount);
    }
    Mount rootMount = byPath.remove(VfsPath.ROOT);
    root = new Node(VfsPath.ROOT, rootMount, rootMount, syntheticIds.applyAsLong(VfsPath.ROOT));
    nodes.put(VfsPath.ROOT, root);
    List<VfsPath> paths = new ArrayList<>(byPath.keySet());
    paths.sort(Comparator.naturalOrder()); // a directory before what is below it
    int deepest = 0;
    for (VfsPath path : paths) {
      Node parent = nodes.getOrDefault(path.parentOrRoot(), root);
      Mount mount = byPath.get(path);
      Node node =
          new Node(
              path, mount, mount == null ? parent.owner : mount, syntheticIds.applyAsLong(path));
      parent.children.put(path.name(), node);
      nodes.put(path, node);
      deepest = Math.max(deepest, path.depth());
    }
    maxDepth = deepest;
  }

  List<Mount> mounts() {
    return mounts;
  }

  /** The paths of all nodes. */
  Set<VfsPath> paths() {
    return nodes.keySet();
  }

  /**
   * The node of a path, or the nearest above it. What was found is in the mount where it was found,
   * wherever its names are; where that mount has gone, they count again.
   */
  Node find(VfsPath path) {
    VfsPath anchor = path.anchor();
    if (anchor == null
        || !(anchor.handle() instanceof MountedHandle file)
        || file.mount().gate().isShut()) {
      return findByName(path);
    }
    Node inside = file.mount().inside();
    if (path.handle() != null) {
      return inside;
    }
    Node node = findByName(path);
    return node.path().depth() > anchor.depth() ? node : inside;
  }

  private Node findByName(VfsPath path) {
    VfsPath p = path;
    for (int depth = path.depth(); depth > maxDepth; depth--) {
      p = p.parentOrRoot();
    }
    while (!p.isRoot()) {
      Node node = nodes.get(p);
      if (node != null) {
        return node;
      }
      p = p.parentOrRoot();
    }
    return root;
  }

  /** What is mounted exactly here. */
  @Nullable Mount mountAt(VfsPath path) {
    Node node = find(path);
    return node.isAt(path) ? node.mount() : null;
  }
}
