package dev.warren.testkit.model;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.testkit.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs random sequences of operations on two file systems and reports the first difference, with
 * the shortest sequence of steps it found that reproduces a difference.
 */
public final class ModelComparison {
  /** How many replays the search for a shorter sequence may use. */
  private static final int SHRINK_RUNS = 600;

  private final Callable<FileSystem> reference;
  private final Callable<FileSystem> subject;
  private final Set<Gap> gaps;

  /**
   * Compares two file systems.
   *
   * @param reference opens an empty file system that is correct
   * @param subject opens an empty file system to compare with it
   * @param gaps what either does not support; the sequences neither use nor compare it
   */
  public ModelComparison(
      Callable<FileSystem> reference, Callable<FileSystem> subject, Set<Gap> gaps) {
    this.reference = reference;
    this.subject = subject;
    this.gaps = Set.copyOf(gaps);
  }

  /**
   * A difference between the two file systems.
   *
   * @param step the step that was performed
   * @param expected the result of the reference
   * @param actual the result of the subject
   */
  private record Difference(int index, Step step, String expected, String actual) {}

  /**
   * Runs one sequence.
   *
   * @param seed determines the sequence
   * @param operations the number of operations
   * @return a description of the first difference, with the steps that lead to it; null if the file
   *     systems agree
   */
  public @Nullable String run(long seed, int operations) throws Exception {
    List<Step> steps = new RandomOperations(seed, gaps).sequence(operations);
    Difference difference = replay(steps);
    if (difference == null) {
      return null;
    }
    List<Step> shortest = shrink(new ArrayList<>(steps.subList(0, difference.index() + 1)));
    Difference last = replay(shortest);
    return describe(shortest, last == null ? difference : last);
  }

  private @Nullable Difference replay(List<Step> steps) throws Exception {
    try (World expected = new World(reference.call(), gaps);
        World actual = new World(subject.call(), gaps)) {
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        String wanted = outcome(step, expected);
        String got = outcome(step, actual);
        if (!wanted.equals(got)) {
          return new Difference(i, step, wanted, got);
        }
      }
      return null;
    }
  }

  private static String outcome(Step step, World world) {
    try {
      return step.run(world);
    } catch (FsException e) {
      return step.failure(e);
    } catch (RuntimeException e) {
      return "threw " + e;
    }
  }

  /** Removes steps, many at first, as long as the remaining ones still produce a difference. */
  private List<Step> shrink(List<Step> failing) throws Exception {
    List<Step> steps = failing;
    int runs = 0;
    for (int chunk = Math.max(1, steps.size() / 2); chunk >= 1; chunk /= 2) {
      for (int start = 0; start < steps.size() && runs < SHRINK_RUNS; ) {
        List<Step> fewer = new ArrayList<>(steps.subList(0, start));
        fewer.addAll(steps.subList(Math.min(steps.size(), start + chunk), steps.size()));
        runs++;
        Difference difference = replay(fewer);
        if (difference == null) {
          start += chunk;
        } else {
          steps = new ArrayList<>(fewer.subList(0, difference.index() + 1));
        }
      }
    }
    return steps;
  }

  private static String describe(List<Step> steps, Difference difference) {
    StringBuilder text = new StringBuilder();
    steps.forEach(step -> text.append("  ").append(step).append('\n'));
    List<String> expected = difference.expected().lines().toList();
    List<String> actual = difference.actual().lines().toList();
    for (String line : expected) {
      if (!actual.contains(line)) {
        text.append("the reference answered: ").append(line).append('\n');
      }
    }
    for (String line : actual) {
      if (!expected.contains(line)) {
        text.append("the subject answered:   ").append(line).append('\n');
      }
    }
    return text.toString();
  }
}
