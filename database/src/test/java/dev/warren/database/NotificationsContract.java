package dev.warren.database;

import static dev.warren.database.Sql.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.database.Database;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which subscribers receive which notifications, for any database. */
abstract class NotificationsContract {
  /** Records the notifications that it receives. */
  static final class Remembering implements Database.Listener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger missed = new AtomicInteger();

    @Override
    public void heard(String message) {
      heard.add(message);
    }

    @Override
    public void missed() {
      missed.incrementAndGet();
    }
  }

  private final Remembering listener = new Remembering();
  private OpenDatabase publisher;
  private OpenDatabase hearer;

  /**
   * Opens a database twice: for the publisher, and for another instance, which may be on another
   * host.
   */
  abstract List<OpenDatabase> open() throws Exception;

  @BeforeEach
  void begin() throws Exception {
    List<OpenDatabase> both = open();
    publisher = both.getFirst();
    hearer = both.getLast();
  }

  @AfterEach
  void end() {
    publisher.close();
    hearer.close();
  }

  private Database.Subscription listen(String channel, Database.Listener who) throws Exception {
    Database.Subscription subscription = hearer.subscribe(channel, who);
    eventually(subscription::isHearing);
    return subscription;
  }

  private void publish(String channel, String message) throws Exception {
    try (Connection connection = publisher.getConnection()) {
      publisher.publish(connection, channel, message);
    }
  }

  /** Waits for all earlier messages, because a last message is received after them. */
  private void publishedAll(Remembering who) throws Exception {
    publish("a/1", "end");
    eventually(() -> who.heard.contains("end"));
  }

  @Test
  void committedMessagesAreReceivedInOrder() throws Exception {
    listen("a/1", listener);
    try (Connection connection = publisher.getConnection()) {
      connection.setAutoCommit(false);
      publisher.publish(connection, "a/1", "one");
      publisher.publish(connection, "a/1", "two words, and ü€𝄞 ''");
      publisher.publish(connection, "a/2", "another channel's");
      publisher.publish(connection, "a/1", "");
      publish("a/1", "before it");
      connection.commit();
      connection.setAutoCommit(true);
    }
    publishedAll(listener);
    assertThat(listener.heard)
        .containsExactly("before it", "one", "two words, and ü€𝄞 ''", "", "end");
  }

  @Test
  void messagesThatAreRolledBackAreNeverReceived() throws Exception {
    listen("a/1", listener);
    try (Connection connection = publisher.getConnection()) {
      connection.setAutoCommit(false);
      publisher.publish(connection, "a/1", "never");
      connection.rollback();
      publisher.publish(connection, "a/1", "committed");
      connection.setAutoCommit(true); // this commits, as JDBC requires
    }
    try (Connection connection = publisher.getConnection()) {
      connection.setAutoCommit(false);
      publisher.publish(connection, "a/1", "never either");
    }
    publishedAll(listener);
    assertThat(listener.heard).containsExactly("committed", "end");
  }

  @Test
  void aTransactionSendsEqualMessagesOnce() throws Exception {
    listen("a/1", listener);
    try (Connection connection = publisher.getConnection()) {
      connection.setAutoCommit(false);
      publisher.publish(connection, "a/1", "again");
      publisher.publish(connection, "a/1", "again");
      connection.commit();
      publisher.publish(connection, "a/1", "again");
      connection.commit();
      connection.setAutoCommit(true);
    }
    publishedAll(listener);
    assertThat(listener.heard).containsExactly("again", "again", "end");
  }

  @Test
  void thePublisherReceivesItTooAndAFailingListenerDoesNotAffectOthers() throws Exception {
    Remembering own = new Remembering();
    Database.Listener failing =
        new Database.Listener() {
          @Override
          public void heard(String message) {
            throw new IllegalStateException("a mistake");
          }

          @Override
          public void missed() {
            throw new IllegalStateException("a mistake");
          }
        };
    listen("a/1", failing);
    listen("a/1", listener);
    eventually(publisher.subscribe("a/1", own)::isHearing);
    publish("a/1", "x");
    eventually(() -> own.heard.contains("x") && listener.heard.contains("x"));
  }

  @Test
  void aNewSubscriptionReportsMissedMessagesAndAClosedOneReceivesNothing() throws Exception {
    Database.Subscription subscription = listen("a/1", listener);
    eventually(() -> listener.missed.get() > 0);
    Remembering second = new Remembering();
    listen("a/1", second);
    eventually(() -> second.missed.get() > 0);
    subscription.close();
    assertThat(subscription.isHearing()).isFalse();
    publishedAll(second);
    assertThat(listener.heard).isEmpty();
    hearer.close();
    hearer = publisher;
    Remembering third = new Remembering();
    listen("a/1", third);
    publishedAll(third);
    assertThat(second.heard).as("its instance is closed").containsExactly("end");
  }

  @Test
  void messagesThatAServerWouldRefuseAreRefused() throws Exception {
    listen("a/1", listener);
    String longest = "x".repeat(Database.MOST_BYTES - 3);
    publish("a/1", longest);
    publishedAll(listener);
    assertThat(listener.heard).containsExactly(longest, "end");
    for (String message : List.of(longest + "x", "€".repeat(Database.MOST_BYTES / 3), "a\0b")) {
      assertThatThrownBy(() -> publish("a/1", message))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String channel : List.of("", "A", "a b", "ä", "x".repeat(300))) {
      assertThatThrownBy(() -> publish(channel, "x")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> hearer.subscribe(channel, listener))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
