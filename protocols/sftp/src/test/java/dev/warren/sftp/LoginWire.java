package dev.warren.sftp;

import dev.warren.frontend.RunningFrontEnd;
import java.io.IOException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.core.CoreModuleProperties;

/** A client that has exchanged keys, and lets the test send each login message. */
final class LoginWire implements AutoCloseable {
  private static final String SERVICE = "ssh-userauth";

  private final SshClient ssh;
  private final ClientSession session;
  private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

  /** Connects; the test calls {@link #serviceRequest} first. */
  LoginWire(RunningFrontEnd server) throws Exception {
    ssh = SshClient.setUpDefaultClient();
    ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    CoreModuleProperties.TCP_NODELAY.set(ssh, true);
    CountDownLatch started = new CountDownLatch(1);
    ssh.setServiceFactories(
        List.of(
            new ServiceFactory() {
              @Override
              public String getName() {
                return SERVICE;
              }

              @Override
              public Service create(Session s) {
                return new Answers(s, started);
              }
            }));
    ssh.start();
    session =
        ssh.connect("", "127.0.0.1", TestClient.port(server)).verify(TestClient.LIMIT).getSession();
    session.addCloseFutureListener(_ -> started.countDown());
    started.await();
  }

  /** Receives the messages for the login service. */
  private final class Answers extends AbstractCloseable implements Service {
    private final Session owner;
    private final CountDownLatch started;
    private final Map<String, Object> properties = new ConcurrentHashMap<>();

    Answers(Session owner, CountDownLatch started) {
      this.owner = owner;
      this.started = started;
    }

    @Override
    public Session getSession() {
      return owner;
    }

    @Override
    public Map<String, Object> getProperties() {
      return properties;
    }

    @Override
    public void start() {
      started.countDown();
    }

    @Override
    public void process(int command, Buffer buffer) {
      answers.add(command);
    }
  }

  /** Requests the service again, as paramiko does before each attempt. */
  void serviceRequest() throws IOException {
    Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_SERVICE_REQUEST, 64);
    buffer.putString(SERVICE);
    session.writePacket(buffer);
  }

  private Buffer request(String user, String method) {
    Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST, 256);
    buffer.putString(user);
    buffer.putString("ssh-connection");
    buffer.putString(method);
    return buffer;
  }

  IoWriteFuture none(String user) throws IOException {
    return session.writePacket(request(user, "none"));
  }

  IoWriteFuture password(String user, String password) throws IOException {
    Buffer buffer = request(user, "password");
    buffer.putBoolean(false);
    buffer.putString(password);
    return session.writePacket(buffer);
  }

  /** Queries whether a key would be accepted. */
  IoWriteFuture key(String user, KeyPair key) throws IOException {
    return key(user, KeyUtils.getKeyType(key), key);
  }

  /** Queries whether a key would be accepted with a signature algorithm. */
  IoWriteFuture key(String user, String algorithm, KeyPair key) throws IOException {
    Buffer buffer = request(user, "publickey");
    buffer.putBoolean(false);
    buffer.putString(algorithm);
    Buffer blob = new ByteArrayBuffer();
    blob.putRawPublicKey(key.getPublic());
    buffer.putBytes(blob.getCompactData());
    return session.writePacket(buffer);
  }

  /** The type of the next reply. */
  int answer() throws InterruptedException {
    Integer answer = answers.poll(TestClient.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new IllegalStateException("no answer");
    }
    return answer;
  }

  /** How many replies have not been taken. */
  int answers() {
    return answers.size();
  }

  boolean isOpen() {
    return session.isOpen();
  }

  ClientSession session() {
    return session;
  }

  @Override
  public void close() {
    session.close(true);
    ssh.stop();
  }
}
