package dev.warren.gptfs.store;

import dev.warren.gptfs.store.JobStore.Owner;

/**
 * What a write of a shared row carries, as its owner had it when the write was queued.
 *
 * @param number the row must have the same
 * @param isNew whether the row is to be inserted
 */
record Fence(long number, boolean isNew) {
  /** In a store of one host, where it has no meaning. */
  static final Fence NONE = new Fence(0, false);

  static Fence of(Owner owner) {
    return new Fence(owner.fence(), owner.isNew());
  }
}
