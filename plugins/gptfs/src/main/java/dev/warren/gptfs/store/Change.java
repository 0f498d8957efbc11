package dev.warren.gptfs.store;

import dev.warren.gptfs.store.JobStore.Owner;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** A change of the database, made completely or not at all. */
final class Change {
  private final Body body;
  private final Promise promise;

  /** Referenced so that it is not garbage-collected before the change can be read. */
  private final Owner owner;

  /** Completes once the change is committed, or with the reason why it failed. */
  final CompletableFuture<Void> written = new CompletableFuture<>();

  /** The statements of a change. Executed again if a commit failed or was in doubt. */
  @FunctionalInterface
  interface Body {
    void write(Statements statements) throws SQLException;
  }

  Change(Promise promise, Owner owner, Body body) {
    this.promise = promise;
    this.owner = owner;
    this.body = body;
  }

  Owner owner() {
    return owner;
  }

  Promise promise() {
    return promise;
  }

  void write(Statements statements) throws SQLException {
    body.write(statements);
  }
}
