package dev.warren.sftp.ssh;

import java.io.IOException;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionDisconnectHandler;
import org.apache.sshd.common.session.helpers.TimeoutIndicator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why a connection ends whose time is up, to the log and to the client: MINA would call it a
 * protocol error. Thread-safe.
 */
final class Farewells implements SessionDisconnectHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Farewells.class);

  @Override
  public boolean handleTimeoutDisconnectReason(Session session, TimeoutIndicator timeout)
      throws IOException {
    String reason =
        switch (timeout.getStatus()) {
          case AuthTimeout -> "no log-in in time";
          case IdleTimeout -> "idle for too long";
          case NoTimeout -> null;
        };
    if (reason == null) {
      return false;
    }
    LOG.info(
        "ended a connection from {} after {}: {}",
        session.getIoSession().getRemoteAddress(),
        timeout.getThresholdValue(),
        reason);
    session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, reason);
    return true;
  }

  /** Only logged: MINA ends the connection. */
  @Override
  public boolean handleAuthCountDisconnectReason(
      Session session,
      Service service,
      String serviceName,
      @Nullable String method,
      @Nullable String user,
      int currentAuthCount,
      int maxAuthCount) {
    LOG.info(
        "refused a connection from {}: more than {} attempts to log in",
        session.getIoSession().getRemoteAddress(),
        maxAuthCount);
    return false;
  }
}
