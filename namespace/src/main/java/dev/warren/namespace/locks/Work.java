package dev.warren.namespace.locks;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** State that the locks of all files share. Guarded by {@link ByteRangeLocks}. */
final class Work {
  private final RandomGenerator random;
  private long lastNumber;
  private long steps;
  private Set<LockedFile> touched = new LinkedHashSet<>();

  /** How many locks connections hold and wait for beyond their guaranteed numbers. */
  long pooled;

  /**
   * Uses random priorities that clients cannot predict: a client that could would be able to
   * degenerate the trees.
   */
  Work(RandomGenerator random) {
    this.random = random;
  }

  long nextNumber() {
    return ++lastNumber;
  }

  int nextRandom() {
    return random.nextInt();
  }

  boolean flipCoin() {
    return random.nextBoolean();
  }

  /** Counts the examination of a claim. */
  void step() {
    steps++;
  }

  /** How many claims were examined. */
  long steps() {
    return steps;
  }

  /** Records that requests for this file must search again. */
  void touch(LockedFile file) {
    touched.add(file);
  }

  /** Returns the files recorded since the last call. */
  Set<LockedFile> takeTouched() {
    if (touched.isEmpty()) {
      return Set.of();
    }
    Set<LockedFile> taken = touched;
    touched = new LinkedHashSet<>();
    return taken;
  }
}
