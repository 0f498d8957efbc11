package dev.warren.sftp.ssh;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.session.ServerUserAuthService;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;

/**
 * MINA's log-in, run on a virtual thread of the connection's: key files are read, signatures and
 * hashes checked and refusals delayed there, while MINA's threads serve the others.
 */
final class LoginService extends ServerUserAuthService {
  /** A client that has more under way than this is not trying to log in. */
  private static final int MAX_WAITING = 16;

  private final Deque<Message> waiting = new ArrayDeque<>();
  private final LoginGate gate;
  private boolean running;

  private record Message(int command, Buffer buffer) {}

  private LoginService(Session session, LoginGate gate) throws IOException {
    super(session);
    this.gate = gate;
  }

  /** On MINA's thread. Never waits: the lock of the log-in itself is another. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // that is the point
  public void process(int command, Buffer buffer) throws Exception {
    Message message = new Message(command, copy(buffer));
    synchronized (waiting) {
      if (waiting.size() >= MAX_WAITING) {
        throw new SshException(
            SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "too many requests to log in at once");
      }
      waiting.add(message);
      if (running) {
        return;
      }
      running = true;
    }
    Thread.ofVirtual().name("sftp-login").start(this::processWaiting);
  }

  /** The whole message up to where it was read: MINA goes back for the command. */
  private static Buffer copy(Buffer buffer) {
    int read = buffer.rpos();
    buffer.rpos(read - 1);
    Buffer copy = new ByteArrayBuffer(buffer.getCompactData());
    buffer.rpos(read);
    copy.rpos(1);
    return copy;
  }

  private void processWaiting() {
    while (true) {
      Message message;
      synchronized (waiting) {
        message = waiting.poll();
        if (message == null) {
          running = false;
          return;
        }
      }
      try {
        super.process(message.command, message.buffer);
      } catch (Exception e) {
        getServerSession().exceptionCaught(e);
      }
    }
  }

  @Override
  protected void handleAuthenticationInProgress(int command, Buffer buffer) throws Exception {
    gate.undecided(getServerSession());
    super.handleAuthenticationInProgress(command, buffer);
  }

  @Override
  protected void handleAuthenticationFailure(int command, Buffer buffer) throws Exception {
    gate.refuse(getServerSession());
    super.handleAuthenticationFailure(command, buffer);
  }

  /** Makes them for sessions. */
  static final class Factory implements ServiceFactory {
    private final LoginGate gate;

    Factory(LoginGate gate) {
      this.gate = gate;
    }

    @Override
    public String getName() {
      return ServerUserAuthServiceFactory.INSTANCE.getName();
    }

    @Override
    public Service create(Session session) throws IOException {
      return new LoginService(session, gate);
    }
  }
}
