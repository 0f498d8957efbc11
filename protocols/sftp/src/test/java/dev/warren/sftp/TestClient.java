package dev.warren.sftp;

import dev.warren.frontend.RunningFrontEnd;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;

/** MINA's SSH client, as tests use it. */
final class TestClient implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private final SshClient ssh;
  private final AtomicInteger keepAlives = new AtomicInteger();
  private volatile boolean answering = true;

  TestClient() {
    ssh = SshClient.setUpDefaultClient();
    ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    ssh.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    CoreModuleProperties.TCP_NODELAY.set(ssh, true);
    List<RequestHandler<ConnectionService>> handlers = new ArrayList<>();
    handlers.add(this::count);
    handlers.addAll(ssh.getGlobalRequestHandlers());
    ssh.setGlobalRequestHandlers(handlers);
    ssh.start();
  }

  private RequestHandler.Result count(
      ConnectionService service, String request, boolean wantReply, Buffer buffer) {
    if (request.startsWith("keepalive@")) {
      keepAlives.incrementAndGet();
      if (!answering) {
        return RequestHandler.Result.Replied; // no reply is sent
      }
    }
    return RequestHandler.Result.Unsupported; // an error is a reply too
  }

  /** Sends a header before the identification of each new session, as a proxy does. */
  void behind(byte[] header) {
    ssh.setClientProxyConnector(
        session -> session.getIoSession().writeBuffer(new ByteArrayBuffer(header)));
  }

  /** Sets the identification to that of another program. */
  void introduceAs(String program) {
    CoreModuleProperties.CLIENT_IDENTIFICATION.set(ssh, program);
  }

  /** Stops replying to keep-alives, as if the replies were stuck in a long queue. */
  void ignoreKeepAlives() {
    answering = false;
  }

  /** How many keep-alives have been received. */
  int keepAlives() {
    return keepAlives.get();
  }

  /** Makes new sessions exchange keys again after a number of bytes or a time. */
  void rekeyAfter(long bytes, Duration time) {
    CoreModuleProperties.REKEY_BYTES_LIMIT.set(ssh, bytes);
    CoreModuleProperties.REKEY_TIME_LIMIT.set(ssh, time);
  }

  static int port(RunningFrontEnd server) {
    String address = server.addresses().getFirst();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  ClientSession connect(RunningFrontEnd server, String user) throws IOException {
    return connect(port(server), user);
  }

  private ClientSession connect(int port, String user) throws IOException {
    return ssh.connect(user, "127.0.0.1", port).verify(LIMIT).getSession();
  }

  /** Logs in with a key, a password or both. */
  ClientSession logIn(
      RunningFrontEnd server, String user, @Nullable KeyPair key, @Nullable String password)
      throws IOException {
    return logIn(port(server), user, key, password);
  }

  /** Logs in to a server in another process. */
  ClientSession logIn(int port, String user, @Nullable KeyPair key, @Nullable String password)
      throws IOException {
    ClientSession session = connect(port, user);
    if (key != null) {
      session.addPublicKeyIdentity(key);
    }
    if (password != null) {
      session.addPasswordIdentity(password);
    }
    try {
      session.auth().verify(LIMIT);
    } catch (IOException e) {
      session.close(true);
      throw e;
    }
    return session;
  }

  static SftpClient sftp(ClientSession session) throws IOException {
    return SftpClientFactory.instance().createSftpClient(session);
  }

  @Override
  public void close() {
    ssh.stop();
  }
}
