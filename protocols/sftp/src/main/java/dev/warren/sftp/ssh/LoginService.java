package dev.warren.sftp.ssh;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.ServerUserAuthService;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;

/**
 * MINA's login, on the connection's own thread, which reads nothing else during a request: it reads
 * key files, checks signatures and hashes, and delays refusals, while the client's next messages
 * are left unread. So all messages are handled in the order of their arrival, even if the client
 * starts a new key exchange in the middle.
 */
final class LoginService extends ServerUserAuthService {
  private final SshSession ssh;
  private final LoginPolicy policy;
  private final int maxTries;
  private final Set<String> methods;
  private final Set<String> algorithms;
  private boolean asked;

  private LoginService(SshSession ssh, LoginPolicy policy, int maxTries) throws IOException {
    super(ssh);
    this.ssh = ssh;
    this.policy = policy;
    this.maxTries = maxTries;
    this.methods =
        ssh.getUserAuthFactories().stream()
            .map(NamedResource::getName)
            .collect(Collectors.toUnmodifiableSet());
    this.algorithms =
        ssh.getSignatureFactories().stream()
            .map(NamedResource::getName)
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // no other thread calls it
  public void process(int command, Buffer buffer) throws Exception {
    if (command == SshConstants.SSH_MSG_USERAUTH_REQUEST) {
      LoginRequest request = LoginRequest.peek(buffer, methods, algorithms);
      // The first query is not counted as an attempt, as in OpenSSH.
      if (request.isQuestion() && !asked) {
        asked = true;
        policy.undecided(ssh);
      } else {
        policy.begin(ssh, request);
      }
    }
    super.process(command, buffer);
  }

  @Override
  protected void handleAuthenticationInProgress(int command, Buffer buffer) throws Exception {
    policy.undecided(ssh);
    super.handleAuthenticationInProgress(command, buffer);
  }

  @Override
  protected void handleAuthenticationFailure(int command, Buffer buffer) throws Exception {
    if (!policy.refuse(ssh)) {
      return; // the connection has ended in the meantime
    }
    if (ssh.failedLogins() >= maxTries) {
      policy.tooManyTries(ssh, maxTries);
      ssh.disconnect(
          SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE,
          "too many log-ins have failed");
      return;
    }
    super.handleAuthenticationFailure(command, buffer);
  }

  /**
   * Creates one service per connection, even if the client requests it often: paramiko does for
   * each attempt.
   */
  static final class Factory implements ServiceFactory {
    private final LoginPolicy policy;
    private final int maxTries;

    Factory(LoginPolicy policy, int maxTries) {
      this.policy = policy;
      this.maxTries = maxTries;
    }

    @Override
    public String getName() {
      return ServerUserAuthServiceFactory.INSTANCE.getName();
    }

    @Override
    public Service create(Session session) throws IOException {
      if (!(session instanceof SshSession ssh) || session.isAuthenticated()) {
        throw new SshException("already logged in");
      }
      LoginService existing = ssh.login();
      if (existing != null) {
        return existing;
      }
      LoginService created = new LoginService(ssh, policy, maxTries);
      ssh.setLogin(created);
      return created;
    }
  }
}
