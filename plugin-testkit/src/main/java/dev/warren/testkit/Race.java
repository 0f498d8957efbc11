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

/** Runs several threads that start at the same moment. */
public final class Race {
  private static final long LIMIT_SECONDS = 120;

  private Race() {}

  /** The task of a thread, with a result. */
  @FunctionalInterface
  public interface Runner<T> {
    /**
     * Performs the task.
     *
     * @param index the index of the thread, from 0 on
     */
    T run(int index) throws Exception;
  }

  /** The task of a thread, without a result. */
  @FunctionalInterface
  public interface Worker {
    /**
     * Performs the task.
     *
     * @param index the index of the thread, from 0 on
     */
    void run(int index) throws Exception;
  }

  /** Runs the threads to completion, and rethrows their first failure. */
  public static void run(int threads, Worker worker) throws Exception {
    results(
        threads,
        index -> {
          worker.run(index);
          return index;
        });
  }

  /** The task of a thread in each round. */
  @FunctionalInterface
  public interface RoundWorker {
    /**
     * Performs the task.
     *
     * @param index the index of the thread, from 0 on
     * @param round the number of the round, from 0 on
     */
    void run(int index, int round) throws Exception;
  }

  /**
   * Runs several rounds, each of which all threads begin at the same moment. Without rounds, a
   * thread with a short task could finish before the next one starts, and there would be no race.
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

  /** Runs the threads to completion; returns their results in the order of their indexes. */
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
      executor.shutdownNow(); // a thread that hangs has failed the test and must not delay it
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
