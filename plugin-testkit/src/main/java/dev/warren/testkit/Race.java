package dev.warren.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Several threads that start at the same moment. */
public final class Race {
  private static final long LIMIT_SECONDS = 120;

  private Race() {}

  /** What one thread does. */
  @FunctionalInterface
  public interface Runner<T> {
    /**
     * Runs.
     *
     * @param index which thread this is, from 0 on
     */
    T run(int index) throws Exception;
  }

  /** What one thread does that has no result. */
  @FunctionalInterface
  public interface Worker {
    /**
     * Runs.
     *
     * @param index which thread this is, from 0 on
     */
    void run(int index) throws Exception;
  }

  /** Runs the threads to their ends and fails with the first failure of one. */
  public static void run(int threads, Worker worker) throws Exception {
    results(
        threads,
        index -> {
          worker.run(index);
          return index;
        });
  }

  /** What one thread does in each round. */
  @FunctionalInterface
  public interface RoundWorker {
    /**
     * Runs.
     *
     * @param index which thread this is, from 0 on
     * @param round which round this is, from 0 on
     */
    void run(int index, int round) throws Exception;
  }

  /**
   * Runs several rounds, each of which all threads begin at the same moment: a thread that is done
   * with its short work before the next has begun would race with nobody.
   */
  public static void rounds(int threads, int rounds, RoundWorker worker) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    run(
        threads,
        index -> {
          for (int round = 0; round < rounds; round++) {
            barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            worker.run(index, round);
          }
        });
  }

  /** Runs the threads to their ends; their results in the order of their indexes. */
  public static <T> List<T> results(int threads, Runner<T> runner) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int index = i;
        futures.add(
            executor.submit(
                () -> {
                  start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                  return runner.run(index);
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(result(future));
      }
      return results;
    } finally {
      executor.shutdownNow(); // a thread that hangs has failed the test and must not hold it up
    }
  }

  private static <T> T result(Future<T> future) throws Exception {
    try {
      return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("one of the threads failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("one of the threads does not end", e);
    }
  }
}
