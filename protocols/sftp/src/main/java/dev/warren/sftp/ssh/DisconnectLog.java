package dev.warren.sftp.ssh;

import dev.warren.frontend.AddressText;
import dev.warren.sftp.source.Refusals;
import dev.warren.sftp.source.Refusals.Why;
import java.net.SocketAddress;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionDisconnectHandler;
import org.jspecify.annotations.Nullable;

/** Logs why MINA ends a connection that tries to log in. Thread-safe. */
final class DisconnectLog implements SessionDisconnectHandler {
  private final Refusals refusals;

  DisconnectLog(Refusals refusals) {
    this.refusals = refusals;
  }

  /** Only logs: MINA ends the connection. */
  @Override
  public boolean handleAuthCountDisconnectReason(
      Session session,
      Service service,
      String serviceName,
      @Nullable String method,
      @Nullable String user,
      int currentAuthCount,
      int maxAuthCount) {
    refused(session, Why.TRIES, "more than " + maxAuthCount + " requests to log in");
    return false;
  }

  /** Only logs: MINA ends the connection. */
  @Override
  public boolean handleAuthParamsDisconnectReason(
      Session session,
      Service service,
      String authUser,
      @Nullable String username,
      String authService,
      @Nullable String serviceName) {
    refused(session, Why.PROTOCOL, "a log-in as another user than before");
    return false;
  }

  private void refused(Session session, Why why, String reason) {
    SocketAddress remote = Connections.remote(session);
    refusals.refused(
        remote, why, "refused a connection from %s: %s".formatted(AddressText.of(remote), reason));
  }
}
