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
 * Asks many parties something, all at once, each on a thread of its own, and waits for all of them
 * together for a while. Who does not answer, or has not answered the last time yet, is left out: a
 * party that is stuck costs one thread and the wait once. Thread-safe.
 *
 * @param <K> the parties
 */
public final class Survey<K> {
  private static final Logger log = LoggerFactory.getLogger(Survey.class);

  private final String topic;
  private final Set<K> busy = ConcurrentHashMap.newKeySet();

  /**
   * @param topic what is asked for, for names of threads and the log
   */
  public Survey(String topic) {
    this.topic = topic;
  }

  /**
   * The answers of those who answer in time, in the order of the questions. Whose question throws
   * is left out.
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
                } catch (Exception | Error e) { // of a plugin: anything
                  log.debug("{}: {} cannot tell", topic, party, e);
                } finally {
                  busy.remove(party);
                  done.countDown();
                }
              };
          // A platform thread: what hangs in a native call would hold up a virtual one's carrier.
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
