package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.TimeChange;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.jspecify.annotations.Nullable;

/** A test client's view of requests and replies, on MINA's raw SFTP client. */
final class Wire {
  private final RawSftpClient client;

  Wire(RawSftpClient client) {
    this.client = client;
  }

  /** Writes a request's fields into a buffer. */
  interface Fields extends Consumer<Buffer> {}

  /**
   * A reply.
   *
   * @param body what follows the request id
   */
  record Reply(int type, Buffer body) {}

  /** Sends a request without waiting for its reply. */
  void sendOnly(int type, Fields fields) throws IOException {
    Buffer buffer = new ByteArrayBuffer();
    fields.accept(buffer);
    int id = client.send(type, buffer);
    assertThat(id).isNotNegative();
  }

  /** Sends a request and waits for any reply. */
  Reply send(int type, Fields fields) throws FsException {
    Buffer buffer = new ByteArrayBuffer();
    fields.accept(buffer);
    try {
      Buffer reply = client.receive(client.send(type, buffer), Duration.ofSeconds(60));
      reply.getInt();
      int replyType = reply.getUByte();
      reply.getInt();
      return new Reply(replyType, reply);
    } catch (IOException e) {
      throw new FsException(Errno.EIO, "no reply", e);
    }
  }

  /** Sends a request and returns the body of its reply; throws for a status other than success. */
  Buffer ask(int type, Fields fields) throws FsException {
    Reply reply = send(type, fields);
    if (reply.type == MessageType.STATUS) {
      int code = reply.body.getInt();
      String message = reply.body.getString();
      if (code != Status.OK.code()) {
        throw new StatusException(code, message);
      }
    }
    return reply.body;
  }

  Buffer extended(String name, Fields fields) throws FsException {
    return ask(
        MessageType.EXTENDED,
        b -> {
          b.putString(name);
          fields.accept(b);
        });
  }

  /** A status other than OK. */
  static final class StatusException extends FsException {
    private static final long serialVersionUID = 1;
    private final int code;

    StatusException(int code, String message) {
      super(Wire.errno(code), message);
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** The errors that can be distinguished after the translation to status codes. */
  static Errno errno(int code) {
    return switch (code) {
      case 2 -> Errno.ENOENT;
      case 3 -> Errno.EACCES;
      case 5 -> Errno.EINVAL;
      case 8 -> Errno.EOPNOTSUPP;
      default -> Errno.EIO;
    };
  }

  static Errno visible(Errno errno) {
    return errno(Status.of(errno).code());
  }

  static void putText(Buffer buffer, String text) {
    try {
      buffer.putBytes(FileNames.encode(text));
    } catch (FsException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static String getText(Buffer buffer) {
    return FileNames.decode(buffer.getBytes());
  }

  static void putAttributes(Buffer buffer, AttributeChanges changes) {
    TimeChange access = changes.accessTime();
    TimeChange modify = changes.modifyTime();
    boolean owner = changes.uid() != null || changes.gid() != null;
    int flags =
        (changes.size() != null ? 1 : 0)
            | (owner ? 2 : 0)
            | (changes.permissions() != null ? 4 : 0)
            | (access != null && modify != null ? 8 : 0);
    buffer.putUInt(flags);
    if (changes.size() != null) {
      buffer.putLong(changes.size());
    }
    if (owner) {
      buffer.putInt(orKeep(changes.uid()));
      buffer.putInt(orKeep(changes.gid()));
    }
    if (changes.permissions() != null) {
      buffer.putInt(changes.permissions());
    }
    if (access != null && modify != null) {
      buffer.putUInt(access.seconds() & 0xFFFFFFFFL);
      buffer.putUInt(modify.seconds() & 0xFFFFFFFFL);
    }
  }

  private static int orKeep(@Nullable Integer number) {
    return number == null ? -1 : number;
  }

  static FileAttributes getAttributes(Buffer buffer) throws FsException {
    int flags = buffer.getInt();
    if (flags != 15) {
      throw new FsException(Errno.EIO, "attribute flags " + flags);
    }
    long size = buffer.getLong();
    int uid = buffer.getInt();
    int gid = buffer.getInt();
    int mode = buffer.getInt();
    return FileAttributes.builder(FileType.ofMode(mode))
        .size(size)
        .blocks(0) // not reported
        .owner(uid, gid)
        .permissions(mode)
        .accessTime(buffer.getUInt(), 0)
        .modifyTime(buffer.getUInt(), 0)
        .build();
  }
}
