package dev.warren.gptfs.store;

import dev.warren.gptfs.store.JobStore.Owner;

/**
 * What a write of a shared row expects of it, as known to its owner when the write was queued.
 *
 * @param number the fence that the row must have
 * @param isNew whether the row is to be inserted
 */
record Fence(long number, boolean isNew) {
  /** For a store of one host, which ignores fences. */
  static final Fence NONE = new Fence(0, false);

  static Fence of(Owner owner) {
    return new Fence(owner.fence(), owner.isNew());
  }
}
