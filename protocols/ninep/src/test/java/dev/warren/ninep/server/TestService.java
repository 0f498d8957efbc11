package dev.warren.ninep.server;

import dev.warren.api.Caller;
import dev.warren.api.MemoryBudget;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.ninep.auth.AttachPolicy;
import dev.warren.ninep.session.SessionLimits;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The server, for connections on a channel that the test controls. */
final class TestService implements ConnectionRegistry {
  static final int MSIZE = 8192;

  final MemoryBudget memory;
  final List<Caller> admitted = new ArrayList<>();
  final List<Refusals.Reason> refused = new ArrayList<>();

  /** Creates a server with more memory than any test needs. */
  TestService() {
    this(new MemoryBudget(1 << 30, 1 << 30));
  }

  TestService(MemoryBudget memory) {
    this.memory = memory;
  }

  @Override
  public void admit(Caller caller) {
    admitted.add(caller);
  }

  @Override
  public String holder(Caller caller) {
    return caller.user();
  }

  @Override
  public void crowd() {}

  @Override
  public void refuse(Refusals.Reason reason, String detail) {
    refused.add(reason);
  }

  /** Creates a connection whose client may attach, as user 0. */
  Connection connect(EmbeddedChannel channel, SharedFileSystem files, Executor workers) {
    return connect(
        channel,
        files,
        workers,
        (user, uid) -> new Caller("test", 0, 0, List.of(), "9p", null, true));
  }

  /** Creates a connection and adds it to the channel. */
  Connection connect(
      EmbeddedChannel channel, SharedFileSystem files, Executor workers, AttachPolicy policy) {
    Connection connection =
        new Connection(
            "test",
            channel,
            new Service(
                files,
                policy,
                this,
                new SessionLimits(MSIZE, 100, 100_000),
                memory.openForStranger(),
                workers,
                workers,
                () -> {}),
            new RequestLimits(16, 1 << 20));
    channel.pipeline().addLast(connection);
    return connection;
  }
}
