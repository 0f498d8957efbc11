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
 * Finds the mount to which a path belongs. Immutable. Mount points and all directories above them
 * are nodes; any other path belongs to the same mount as the nearest node above it. The cost of a
 * look-up is the depth of the path, however many mounts there are.
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

    /** Returns a node with no mount but this one. */
    static Node inside(Mount mount) {
      return new Node(mount.path(), mount, mount, 0);
    }

    VfsPath path() {
      return path;
    }

    /** The mount whose mount point this is; null if there is none. */
    @Nullable Mount mount() {
      return mount;
    }

    /** The mount to which this path belongs: mounted here or above; null if there is none. */
    @Nullable Mount owner() {
      return owner;
    }

    /** The child nodes, by name and ordered by name. */
    Map<String, Node> children() {
      return children;
    }

    /** The id of the directory if no plugin provides it. */
    long syntheticId() {
      return syntheticId;
    }

    /** Whether this node, found for a path, is at exactly that path and not above it. */
    boolean isAt(VfsPath found) {
      return path.depth() == found.depth();
    }

    /** Whether this node is at exactly the given path and other mounts are below it. */
    boolean leadsOnFrom(VfsPath found) {
      return isAt(found) && !children.isEmpty();
    }

    /** Whether this directory belongs to a plugin's tree and leads to another mount. */
    boolean isAboveMounts() {
      return mount == null && owner != null;
    }
  }

  private final List<Mount> mounts;
  private final Map<VfsPath, Node> nodes = new HashMap<>();
  private final Node root;
  private final int maxDepth;

  /**
   * Creates a table.
   *
   * @param mounts the mounts, in the order in which they were mounted
   * @param syntheticIds assigns an id to each directory above a mount point
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
    paths.sort(Comparator.naturalOrder()); // so that a directory precedes the paths below it
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
   * Returns the node of a path, or the nearest node above it. A path with a handle belongs to the
   * mount of the handle, wherever its names lead; if that mount has been unmounted, the names
   * decide.
   */
  Node find(VfsPath path) {
    VfsPath anchor = path.anchor();
    if (anchor == null
        || !(anchor.handle() instanceof MountedHandle file)
        || file.mount().counter().isShut()) {
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

  /** The mount at exactly this path; null if there is none. */
  @Nullable Mount mountAt(VfsPath path) {
    Node node = find(path);
    return node.isAt(path) ? node.mount() : null;
  }
}
