package dev.warren.testkit;

import dev.warren.api.FileSystem;
import dev.warren.testkit.model.ModelComparison;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Runs random sequences of operations on two file systems, which must agree in every error and
 * every result. Differences that are permitted are not compared: file ids (but which names refer to
 * one file is compared), blocks, times that a clock has set, sizes of directories, cookies and the
 * order of listings.
 *
 * <p>A failure prints its seed and a short sequence of steps that reproduces it. System properties:
 * {@code warren.model.sequences} (default 200), {@code warren.model.operations} in each (default
 * 500), {@code warren.model.seed} of the first (default: random; the following sequences have the
 * following seeds).
 */
public abstract class FileSystemModelTest {
  /** Creates the test, for classes that extend it. */
  protected FileSystemModelTest() {}

  /** Opens an empty file system that is correct. Called for each sequence; this class closes it. */
  protected abstract FileSystem createReference() throws Exception;

  /** Opens an empty file system to compare with the reference. This class closes it. */
  protected abstract FileSystem createSubject() throws Exception;

  /** What either file system does not support; the sequences do not use it. Nothing by default. */
  protected Set<Gap> gaps() {
    return Set.of();
  }

  /** How many sequences are run unless a property says otherwise. */
  protected int sequences() {
    return 200;
  }

  @Test
  final void randomOperationsHaveTheSameResults() throws Exception {
    int sequences = Integer.getInteger("warren.model.sequences", sequences());
    int operations = Integer.getInteger("warren.model.operations", 500);
    long first = Long.getLong("warren.model.seed", ThreadLocalRandom.current().nextLong(1L << 40));
    ModelComparison comparison =
        new ModelComparison(this::createReference, this::createSubject, gaps());
    for (long seed = first; seed < first + sequences; seed++) {
      String difference = comparison.run(seed, operations);
      if (difference != null) {
        Assertions.fail(
            "the file systems disagree; again with -Dwarren.model.sequences=1 -Dwarren.model.seed="
                + seed
                + " -Dwarren.model.operations="
                + operations
                + "\n"
                + difference);
      }
    }
  }
}
