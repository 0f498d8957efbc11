package dev.warren.server.survey;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries many parties in parallel, each query on a thread of its own, with one timeout for all. A
 * party that does not respond in time, or has not yet responded to an earlier question, is left
 * out: one that hangs costs one thread and one timeout. Thread-safe.
 *
 * @param <K> the type that identifies the parties
 */
public final class Survey<K> {
  private static final Logger log = LoggerFactory.getLogger(Survey.class);

  private final String topic;
  private final Set<K> busy = ConcurrentHashMap.newKeySet();

  /**
   * @param topic the topic of the questions, for thread names and the log
   */
  public Survey(String topic) {
    this.topic = topic;
  }

  /**
   * Returns the results that arrive in time, in the order of the questions. A question that throws
   * has no result.
   */
  public <V> Map<K, V> ask(Map<K, Callable<V>> questions, Duration atMost) {
    Map<K, V> answers = new ConcurrentHashMap<>();
    Map<K, Callable<V>> asked = new LinkedHashMap<>();
    questions.forEach(
        (party, question) -> {
          if (busy.add(party)) {
            asked.put(party, question);
          }
        });
    CountDownLatch done = new CountDownLatch(asked.size());
    asked.forEach(
        (party, question) -> {
          Runnable task =
              () -> {
                try {
                  answers.put(party, question.call());
                } catch (Exception | Error e) { // a plugin may throw anything
                  log.debug("{}: {} failed", topic, party, e);
                } finally {
                  busy.remove(party);
                  done.countDown();
                }
              };
          // A platform thread: a call that hangs in native code would pin a virtual thread's
          // carrier.
          Thread.ofPlatform().daemon().name(topic + " " + party).start(task);
        });
    try {
      var _ = done.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Map<K, V> inOrder = new LinkedHashMap<>();
    for (K party : questions.keySet()) {
      V answer = answers.get(party);
      if (answer != null) {
        inOrder.put(party, answer);
      }
    }
    return inOrder;
  }
}
