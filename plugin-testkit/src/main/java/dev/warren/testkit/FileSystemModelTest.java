package dev.warren.testkit;

import dev.warren.api.FileSystem;
import dev.warren.testkit.model.ModelComparison;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Runs random sequences of operations on two file systems that must agree error for error and
 * result for result. What may differ is left out of the comparison: the numbers of files (though
 * not which names are one file), blocks, times that a clock has set, sizes of directories, cookies
 * and the order of listings.
 *
 * <p>A failure prints its seed and a short sequence of steps that leads to it. System properties:
 * {@code warren.model.sequences} (default 200), {@code warren.model.operations} in each (default
 * 500), {@code warren.model.seed} of the first (default: another each time; the next sequences have
 * the next seeds).
 */
public abstract class FileSystemModelTest {
  /** Creates the test, for classes that extend it. */
  protected FileSystemModelTest() {}

  /** Opens an empty file system that is right. Called for each sequence; the class closes it. */
  protected abstract FileSystem createReference() throws Exception;

  /** Opens an empty file system that is to be like the reference. The class closes it. */
  protected abstract FileSystem createSubject() throws Exception;

  /** What either file system lacks, and the sequences do not touch; nothing by default. */
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
