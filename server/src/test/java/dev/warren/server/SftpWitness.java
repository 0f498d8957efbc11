package dev.warren.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/**
 * An SFTP client with one session and one request at a time, just enough to see whether a host
 * replies.
 */
final class SftpWitness implements AutoCloseable {
  /** A time limit that only a call that hangs reaches. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final int INIT = 1;
  private static final int OPEN = 3;
  private static final int CLOSE = 4;
  private static final int WRITE = 6;
  private static final int LSTAT = 7;
  private static final int OPENDIR = 11;
  private static final int READDIR = 12;
  private static final int STATUS = 101;
  private static final int HANDLE = 102;
  private static final int NAME = 104;
  private static final int ATTRS = 105;

  private final SshClient ssh = SshClient.setUpDefaultClient();
  private final DataOutputStream out;
  private final DataInputStream in;
  private int lastId;

  /** Logs in as {@code user}. */
  SftpWitness(int port, KeyPair key) throws IOException {
    ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    ssh.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    ssh.start();
    ClientSession session = ssh.connect("user", "127.0.0.1", port).verify(LIMIT).getSession();
    session.addPublicKeyIdentity(key);
    session.auth().verify(LIMIT);
    ChannelSubsystem channel = session.createSubsystemChannel("sftp");
    channel.open().verify(LIMIT);
    out = new DataOutputStream(channel.getInvertedIn());
    in = new DataInputStream(channel.getInvertedOut());
    out.writeInt(5);
    out.writeByte(INIT);
    out.writeInt(3);
    out.flush();
    in.skipNBytes(in.readInt());
  }

  /** Sends a request about a path or a handle, with what follows it. */
  private int send(int type, byte[] subject, byte... rest) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(packet);
    fields.writeInt(1 + 4 + 4 + subject.length + rest.length);
    fields.writeByte(type);
    fields.writeInt(++lastId);
    fields.writeInt(subject.length);
    fields.write(subject);
    fields.write(rest);
    out.write(packet.toByteArray());
    out.flush();
    return lastId;
  }

  /** Sends a request and returns the reply's fields after the id. */
  private DataInputStream ask(int type, byte[] subject, int expected, byte... rest)
      throws IOException {
    int id = send(type, subject, rest);
    DataInputStream reply =
        new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt())));
    int got = reply.readUnsignedByte();
    if (reply.readInt() != id) {
      throw new IOException("a reply to another request");
    }
    if (got == expected) {
      return reply;
    }
    throw new IOException(got == STATUS ? "status " + reply.readInt() : "an answer of type " + got);
  }

  /** Checks that a file exists; throws "status 2" if not. */
  void lstat(String path) throws IOException {
    ask(LSTAT, path.getBytes(UTF_8), ATTRS);
  }

  /** Requests a file's attributes without waiting for the reply, which may never come. */
  void begin(String path) throws IOException {
    send(LSTAT, path.getBytes(UTF_8));
  }

  /** Returns the first names in a directory. */
  List<String> list(String path) throws IOException {
    byte[] handle = text(ask(OPENDIR, path.getBytes(UTF_8), HANDLE));
    DataInputStream entries = ask(READDIR, handle, NAME);
    List<String> names = new ArrayList<>();
    for (int left = entries.readInt(); left > 0; left--) {
      names.add(new String(text(entries), UTF_8));
      text(entries);
      skipAttributes(entries);
    }
    ask(CLOSE, handle, STATUS);
    return names;
  }

  /** Writes to an existing file and closes it; throws "status N" if the host refuses either. */
  void write(String path, String content) throws IOException {
    byte[] handle =
        text(ask(OPEN, path.getBytes(UTF_8), HANDLE, ByteBuffer.allocate(8).putInt(2).array()));
    byte[] bytes = content.getBytes(UTF_8);
    byte[] rest = ByteBuffer.allocate(12 + bytes.length).putInt(8, bytes.length).array();
    System.arraycopy(bytes, 0, rest, 12, bytes.length);
    requireOk(ask(WRITE, handle, STATUS, rest));
    requireOk(ask(CLOSE, handle, STATUS));
  }

  private static void requireOk(DataInputStream status) throws IOException {
    int code = status.readInt();
    if (code != 0) {
      throw new IOException("status " + code);
    }
  }

  private static byte[] text(DataInputStream from) throws IOException {
    return from.readNBytes(from.readInt());
  }

  private static void skipAttributes(DataInputStream from) throws IOException {
    int flags = from.readInt();
    int size = (flags & 1) != 0 ? 8 : 0;
    size += (flags & 2) != 0 ? 8 : 0;
    size += (flags & 4) != 0 ? 4 : 0;
    size += (flags & 8) != 0 ? 8 : 0;
    from.skipNBytes(size);
  }

  @Override
  public void close() {
    ssh.stop();
  }
}
