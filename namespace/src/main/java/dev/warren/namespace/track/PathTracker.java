package dev.warren.namespace.track;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.TrackedPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All tracked paths, as a tree of names. Tracking and closing cost the depth of the path; a rename
 * costs the number of tracked paths below it. A single monitor guards the tree, and is held for
 * that time.
 *
 * <p>The file system changes first, and the tree immediately after it. A path that is tracked
 * between the two follows the rename, because a client that accesses a file right after tracking
 * its path has most likely seen the file that is moved. A path tracked in that window is not marked
 * stale when the rename replaces its target, because it may already refer to the new file.
 */
public final class PathTracker {
  private final RenameOrder order = new RenameOrder();
  private final Object monitor = new Object();
  private final PathNode root = new PathNode(null, VfsPath.ROOT);
  private final AtomicInteger count = new AtomicInteger();

  /**
   * The nodes from the root down to a path. The array is reused, because every walk tracks a path.
   */
  private VfsPath[] ancestors = new VfsPath[16];

  /** Creates an empty tracker. */
  public PathTracker() {}

  /** An action on the file system. */
  @FunctionalInterface
  public interface Step {
    /** Performs the action. */
    void run() throws FsException;
  }

  /** The removal of a name. */
  @FunctionalInterface
  public interface Removal<T extends @Nullable Object> {
    /** Removes the name. */
    T run() throws FsException;
  }

  /** A query to the file system. */
  @FunctionalInterface
  public interface Question {
    /** Returns the result. */
    boolean ask() throws FsException;
  }

  /** How many paths are tracked. */
  public int count() {
    return count.get();
  }

  /** Tracks a path until it is closed. */
  public TrackedPath track(VfsPath anchored) {
    VfsPath path = anchored.plain(); // without handles, because the tracked path outlives them
    FollowedPath tracked = new FollowedPath(this, path);
    synchronized (monitor) {
      nodeAt(path).add(tracked);
      count.incrementAndGet();
    }
    return tracked;
  }

  /**
   * Renames a file and moves all tracked paths.
   *
   * @param anchoredFrom the old path
   * @param anchoredTo the new path
   * @param mayBlock whether to wait for another rename of these paths
   * @param isNothing returns whether both are names of one file, so that the rename does nothing;
   *     called only if that matters
   * @param rename renames the file
   * @throws FsException the error of {@code rename}; {@link dev.warren.api.WouldBlockException}
   */
  public void rename(
      VfsPath anchoredFrom, VfsPath anchoredTo, boolean mayBlock, Question isNothing, Step rename)
      throws FsException {
    VfsPath from = anchoredFrom.plain();
    VfsPath to = anchoredTo.plain();
    if (from.equals(to)) {
      rename.run();
      return;
    }
    RenameOrder.Change change = order.beginRename(from, to, mayBlock);
    try {
      boolean matters = count.get() > 0 && (isTracked(from) || isTracked(to));
      boolean nothing = matters && isNothing.ask();
      List<FollowedPath> replaced = nothing ? List.of() : trackedBelow(to);
      rename.run();
      if (!nothing) {
        move(from, to, replaced);
      }
    } finally {
      order.end(change);
    }
  }

  /**
   * Removes a name. Paths that were tracked there become stale.
   *
   * @param mayBlock whether to wait for a rename of this path
   * @param removal removes the name
   * @throws FsException the error of {@code removal}; {@link dev.warren.api.WouldBlockException}
   */
  public <T extends @Nullable Object> T remove(VfsPath path, boolean mayBlock, Removal<T> removal)
      throws FsException {
    if (count.get() == 0) {
      return removal.run();
    }
    RenameOrder.Change change = order.beginRemoval(path, mayBlock);
    try {
      List<FollowedPath> gone = trackedBelow(path);
      T result = removal.run();
      if (!gone.isEmpty()) {
        synchronized (monitor) {
          gone.forEach(tracked -> forget(tracked, path));
        }
      }
      return result;
    } finally {
      order.end(change);
    }
  }

  boolean isMoving(VfsPath path) {
    return order.isMoving(path);
  }

  void awaitSettled(VfsPath path) throws FsException {
    order.awaitSettled(path);
  }

  void close(FollowedPath tracked) {
    synchronized (monitor) {
      detach(tracked);
    }
  }

  private boolean isTracked(VfsPath path) {
    synchronized (monitor) {
      return find(path) != null;
    }
  }

  private List<FollowedPath> trackedBelow(VfsPath path) {
    synchronized (monitor) {
      PathNode top = find(path);
      List<FollowedPath> found = new ArrayList<>();
      if (top != null) {
        Deque<PathNode> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
          PathNode node = open.pop();
          for (FollowedPath p = node.first; p != null; p = p.next) {
            found.add(p);
          }
          open.addAll(node.children());
        }
      }
      return found;
    }
  }

  private void move(VfsPath from, VfsPath to, List<FollowedPath> replaced) {
    synchronized (monitor) {
      replaced.forEach(tracked -> forget(tracked, to));
      PathNode source = find(from);
      if (source == null) {
        return;
      }
      PathNode parent = source.parent;
      if (parent != null) { // the root is never renamed
        parent.remove(source);
        prune(parent);
      }
      if (find(to) == null) {
        relocate(source, to);
      } else {
        merge(source, nodeAt(to));
      }
    }
  }

  /** Moves a node and everything below it to a path where there is no node. */
  private void relocate(PathNode source, VfsPath to) {
    source.path = to;
    nodeAt(to.parentOrRoot()).put(source);
    Deque<PathNode> open = new ArrayDeque<>();
    open.push(source);
    while (!open.isEmpty()) {
      PathNode node = open.pop();
      for (FollowedPath p = node.first; p != null; p = p.next) {
        p.moveTo(node.path);
      }
      for (PathNode child : List.copyOf(node.children())) {
        VfsPath path = below(node, child.path.name());
        if (path == null) {
          loseAll(child);
          prune(child);
        } else {
          child.path = path;
          open.push(child);
        }
      }
    }
  }

  /** Moves all tracked paths at and below one node to another node. */
  private void merge(PathNode source, PathNode target) {
    record Pair(PathNode source, PathNode target) {}
    Deque<Pair> open = new ArrayDeque<>();
    open.push(new Pair(source, target));
    while (!open.isEmpty()) {
      Pair pair = open.pop();
      for (FollowedPath p = pair.source.first; p != null; p = pair.source.first) {
        pair.source.remove(p);
        pair.target.add(p);
        p.moveTo(pair.target.path);
      }
      for (PathNode child : pair.source.takeChildren()) {
        String name = child.path.name();
        PathNode newChild = pair.target.child(name);
        if (newChild == null) {
          newChild = newChild(pair.target, name);
        }
        if (newChild == null) {
          loseAll(child);
          prune(pair.target);
        } else {
          open.push(new Pair(child, newChild));
        }
      }
    }
    prune(target);
  }

  private static @Nullable PathNode newChild(PathNode parent, String name) {
    VfsPath path = below(parent, name);
    if (path == null) {
      return null;
    }
    PathNode child = new PathNode(parent, path);
    parent.put(child);
    return child;
  }

  /** Returns null if the path would be too deep. */
  private static @Nullable VfsPath below(PathNode parent, String name) {
    try {
      return parent.path.resolve(name);
    } catch (FsException e) {
      return null;
    }
  }

  /** Marks everything below a node as stale, because its paths would be too deep. */
  private void loseAll(PathNode top) {
    Deque<PathNode> open = new ArrayDeque<>();
    open.push(top);
    while (!open.isEmpty()) {
      PathNode node = open.pop();
      for (FollowedPath p = node.first; p != null; p = node.first) {
        p.becomeStale();
        node.remove(p);
        count.decrementAndGet();
      }
      open.addAll(node.takeChildren());
    }
  }

  private void forget(FollowedPath tracked, VfsPath above) {
    if (tracked.node != null
        && tracked.path().startsWith(above)) { // otherwise it was moved or closed meanwhile
      tracked.becomeStale();
      detach(tracked);
    }
  }

  private void detach(FollowedPath tracked) {
    PathNode node = tracked.node;
    if (node != null) {
      node.remove(tracked);
      count.decrementAndGet();
      prune(node);
    }
  }

  private static void prune(PathNode leaf) {
    PathNode node = leaf;
    PathNode parent = node.parent;
    while (parent != null && node.isIdle()) {
      parent.remove(node);
      node = parent;
      parent = node.parent;
    }
  }

  private @Nullable PathNode find(VfsPath path) {
    PathNode node = root;
    for (String name : path.names()) {
      node = node.child(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private PathNode nodeAt(VfsPath path) {
    if (ancestors.length < path.depth()) {
      ancestors = new VfsPath[2 * path.depth()];
    }
    for (VfsPath p = path; !p.isRoot(); p = p.parentOrRoot()) {
      ancestors[p.depth() - 1] = p;
    }
    PathNode node = root;
    for (int i = 0; i < path.depth(); i++) {
      VfsPath p = ancestors[i];
      PathNode child = node.child(p.name());
      if (child == null) {
        child = new PathNode(node, p);
        node.put(child);
      }
      node = child;
    }
    return node;
  }
}
