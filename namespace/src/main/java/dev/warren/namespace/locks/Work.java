package dev.warren.namespace.locks;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What all files' locks share. Guarded by {@link ByteRangeLocks}. */
final class Work {
  private final RandomGenerator random;
  private long lastNumber;
  private long steps;
  private Set<LockedFile> touched = new LinkedHashSet<>();

  /** How many locks connections hold and wait for beyond what each is sure of. */
  long pooled;

  /** Work with numbers that nobody can foresee: whoever could would make trees of one branch. */
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

  /** Counts a look at a claim. */
  void step() {
    steps++;
  }

  /** How many claims were looked at. */
  long steps() {
    return steps;
  }

  /** Some who wait for locks of this file are to look again. */
  void touch(LockedFile file) {
    touched.add(file);
  }

  /** The files that were touched since the last call. */
  Set<LockedFile> takeTouched() {
    if (touched.isEmpty()) {
      return Set.of();
    }
    Set<LockedFile> taken = touched;
    touched = new LinkedHashSet<>();
    return taken;
  }
}
