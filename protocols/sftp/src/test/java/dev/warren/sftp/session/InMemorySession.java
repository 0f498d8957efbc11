package dev.warren.sftp.session;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.sftp.wire.LongName;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;

/** A session without SSH, with packets as bytes in and replies as bytes out. */
final class InMemorySession {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static final LongName.OwnerNames OWNERS =
      new LongName.OwnerNames() {
        @Override
        public String user(int uid) {
          return uid == 0 ? "root" : Integer.toUnsignedString(uid);
        }

        @Override
        public String group(int gid) {
          return gid == 0 ? "wheel" : Integer.toUnsignedString(gid);
        }
      };

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final int packetSize;
  private int packets;
  boolean hasRoom = true;
  final MemoryBudget budget = new MemoryBudget(1L << 40, 1L << 40);
  final Activity activity = new Activity(Metrics.NONE);
  final Session shared;
  final Exchange session;

  InMemorySession(FileSystem files) {
    this(files, false, 32_768);
  }

  InMemorySession(FileSystem files, boolean readOnly, int packetSize) {
    this(files, readOnly, packetSize, 16, Limits.MAX_CONTENT);
  }

  InMemorySession(FileSystem files, boolean readOnly, int packetSize, int maxHandles, int maxRead) {
    this.packetSize = packetSize;
    SessionSettings settings =
        new SessionSettings(
            "user",
            readOnly,
            maxHandles,
            maxRead,
            false,
            0022,
            OWNERS,
            new LongName(ZoneOffset.UTC, OWNERS),
            () -> NOW);
    shared = new Session(files, settings, activity, memory(budget));
    session = shared.exchange(new Collecting(), Exchange.Waits.UNWATCHED);
  }

  private final class Collecting implements Transport {
    @Override
    public int packetSize() {
      return packetSize;
    }

    @Override
    public boolean hasRoom() {
      return hasRoom;
    }

    @Override
    public Frame allocate(int size) {
      return new Frame(new byte[size + 10], 10, size, this);
    }

    @Override
    public void send(Frame frame, int length) {
      sent.write(frame.array(), frame.offset(), length);
      packets++;
    }
  }

  /** An unlimited budget. */
  static ChannelMemory memory() {
    return memory(new MemoryBudget(1L << 40, 1L << 40));
  }

  private static ChannelMemory memory(MemoryBudget budget) {
    try {
      return ChannelMemory.open(budget.open());
    } catch (FsException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many transport packets have been sent. */
  int packets() {
    return packets;
  }

  /** Handles a packet. Returns all replies since the last call. */
  byte[] exchange(byte[] packet) throws IOException {
    handle(packet);
    session.flush();
    return takeSent();
  }

  void handle(byte[] packet) throws IOException {
    session.handle(packet, 0, packet.length);
  }

  byte[] takeSent() {
    byte[] bytes = sent.toByteArray();
    sent.reset();
    return bytes;
  }

  InMemorySession initialised() throws IOException {
    exchange(packet(MessageType.INIT, out -> out.writeInt(3)));
    return this;
  }

  /** Opens a file and returns its handle. */
  byte[] open(String path, int flags) throws IOException {
    return handleIn(exchange(openRequest(path, flags)));
  }

  /** Opens a directory and returns its handle. */
  byte[] openDirectory(String path) throws IOException {
    return handleIn(
        exchange(
            packet(
                MessageType.OPENDIR,
                out -> {
                  out.writeInt(1);
                  string(out, path);
                })));
  }

  /** An OPEN request. */
  static byte[] openRequest(String path, int flags) {
    return packet(
        MessageType.OPEN,
        out -> {
          out.writeInt(1);
          string(out, path);
          out.writeInt(flags);
          out.writeInt(0);
        });
  }

  private static byte[] handleIn(byte[] reply) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(reply));
    in.readInt();
    if (in.readByte() != MessageType.HANDLE) {
      throw new IOException("no handle");
    }
    in.readInt();
    return in.readNBytes(in.readInt());
  }

  /** Writes fields. */
  interface Fields {
    void write(DataOutputStream out) throws IOException;
  }

  /** A packet without its length field: type and fields, of which the request's id is the first. */
  static byte[] packet(int type, Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(type);
      fields.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void string(DataOutputStream out, String text) throws IOException {
    string(out, text.getBytes(StandardCharsets.UTF_8));
  }

  static void string(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The status code of a reply, which must be a status. */
  static int status(byte[] reply) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(reply));
    int length = in.readInt();
    if (length != reply.length - 4 || in.readByte() != MessageType.STATUS) {
      throw new IOException("no status alone");
    }
    in.readInt();
    return in.readInt();
  }
}
