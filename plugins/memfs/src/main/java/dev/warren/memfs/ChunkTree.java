package dev.warren.memfs;

import org.jspecify.annotations.Nullable;

/**
 * A sparse array of chunks of bytes: a radix tree that is as high as its greatest index requires
 * (the structure of a page cache). A file of one chunk has no nodes, and a hole of any length costs
 * at most a few nodes. Not thread-safe.
 */
final class ChunkTree {
  /** Binary logarithm of {@link #CHUNK}. */
  static final int CHUNK_SHIFT = 12;

  /** Bytes in a chunk. */
  static final int CHUNK = 1 << CHUNK_SHIFT;

  private static final int BITS = 6;
  private static final int FAN_OUT = 1 << BITS;

  /**
   * A chunk if the height is 0, otherwise an array of {@link #FAN_OUT} trees of the next lower
   * height.
   */
  private @Nullable Object root;

  private int height;
  private long count;

  /** The number of chunks. */
  long count() {
    return count;
  }

  /** Returns the chunk at an index, null in a hole. */
  byte @Nullable [] get(long index) {
    if (isOutside(index)) {
      return null;
    }
    Object node = root;
    for (int level = height - 1; level >= 0 && node != null; level--) {
      node = children(node)[slot(index, level)];
    }
    return (byte[]) node;
  }

  /** Fills a hole. */
  void put(long index, byte[] chunk) {
    while (isOutside(index)) {
      if (root != null) {
        @Nullable Object[] above = new @Nullable Object[FAN_OUT];
        above[0] = root;
        root = above;
      }
      height++;
    }
    count++;
    if (height == 0) {
      root = chunk;
      return;
    }
    if (root == null) {
      root = new @Nullable Object[FAN_OUT];
    }
    @Nullable Object[] node = children(root);
    for (int level = height - 1; level > 0; level--) {
      int slot = slot(index, level);
      Object child = node[slot];
      if (child == null) {
        child = new @Nullable Object[FAN_OUT];
        node[slot] = child;
      }
      node = children(child);
    }
    node[slot(index, 0)] = chunk;
  }

  /**
   * Removes all chunks from an index on.
   *
   * @return the number of removed chunks
   */
  long removeFrom(long index) {
    long before = count;
    root = root == null ? null : prune(root, height, index);
    if (root == null) {
      height = 0;
    }
    return before - count;
  }

  /** Returns a tree without the chunks from {@code from} on; null if it is then empty. */
  private @Nullable Object prune(Object tree, int treeHeight, long from) {
    if (treeHeight == 0) {
      if (from > 0) {
        return tree;
      }
      count--;
      return null;
    }
    @Nullable Object[] children = children(tree);
    int shift = BITS * (treeHeight - 1);
    boolean empty = true;
    for (int i = 0; i < FAN_OUT; i++) {
      Object child = children[i];
      if (child != null) {
        Object rest = prune(child, treeHeight - 1, Math.max(0, from - ((long) i << shift)));
        children[i] = rest;
        empty &= rest == null;
      }
    }
    return empty ? null : tree;
  }

  private boolean isOutside(long index) {
    return index >>> (BITS * height) != 0;
  }

  private static int slot(long index, int level) {
    return (int) (index >>> (BITS * level)) & (FAN_OUT - 1);
  }

  @SuppressWarnings("NullAway") // inner nodes are always arrays that may contain nulls
  private static @Nullable Object[] children(Object node) {
    return (@Nullable Object[]) node;
  }
}
