package dev.warren.namespace.track;

import dev.warren.api.VfsPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A path that is tracked, or a directory above one. Guarded by {@link PathTracker}. */
final class PathNode {
  @Nullable PathNode parent;
  VfsPath path;
  private @Nullable Map<String, PathNode> children;

  /** The first of the tracked paths at this node, linked by their {@code next}. */
  @Nullable FollowedPath first;

  PathNode(@Nullable PathNode parent, VfsPath path) {
    this.parent = parent;
    this.path = path;
  }

  @Nullable PathNode child(String name) {
    return children == null ? null : children.get(name);
  }

  void put(PathNode child) {
    if (children == null) {
      children = new HashMap<>(4);
    }
    children.put(child.path.name(), child);
    child.parent = this;
  }

  void remove(PathNode child) {
    if (children != null && children.remove(child.path.name(), child) && children.isEmpty()) {
      children = null;
    }
    child.parent = null;
  }

  boolean isIdle() {
    return first == null && children == null;
  }

  Collection<PathNode> children() {
    return children == null ? List.of() : children.values();
  }

  /** Removes and returns all children, which the caller moves elsewhere. */
  List<PathNode> takeChildren() {
    List<PathNode> taken = new ArrayList<>(children());
    children = null;
    return taken;
  }

  void add(FollowedPath tracked) {
    tracked.node = this;
    tracked.previous = null;
    tracked.next = first;
    if (first != null) {
      first.previous = tracked;
    }
    first = tracked;
  }

  void remove(FollowedPath tracked) {
    FollowedPath before = tracked.previous;
    FollowedPath after = tracked.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    tracked.previous = null;
    tracked.next = null;
    tracked.node = null;
  }
}
