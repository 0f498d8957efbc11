package dev.warren.gptfs.store;

import dev.warren.gptfs.store.JobStore.Owner;
import dev.warren.gptfs.store.JobStore.Promise;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Something that is to be written, as a whole or not at all. */
final class Change {
  private final Body body;
  private final Promise promise;

  /** Cannot be collected before the change can be read. */
  private final Owner owner;

  final CompletableFuture<Void> written = new CompletableFuture<>();

  /** The statements. */
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
