package dev.warren.sftp.session;

import static dev.warren.sftp.session.InMemorySession.packet;
import static dev.warren.sftp.session.InMemorySession.string;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketQueue;
import dev.warren.sftp.wire.SpareArrays;
import dev.warren.sftp.wire.Transport;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Long sequences of requests on files of which each call may be slow, so that requests leave the
 * queue often. Each gets one reply, in one piece, and replies to requests with the same handle
 * agree with their order.
 */
@Tag("slow")
@SuppressWarnings("ThreadPriorityCheck") // to vary the order of threads
class RequestQueueStressTest {
  private static final int HANDLES = 6;
  private static final int REQUESTS = 1_000;
  private static final int SIZE = 150_000;
  private static final int READ_WRITE = 0x0B;

  private final Map<Integer, byte[]> expected = new HashMap<>();
  private long opened; // bytes of the first requests

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyRequestGetsItsReply(long seed) throws Exception {
    Random random = new Random(seed);
    FileSystem memory = new MemoryFileSystem();
    for (int i = 0; i < HANDLES; i++) {
      TestFiles.write(memory, TestFiles.path("/f" + i), new byte[SIZE]);
    }
    FileSystem files = new InterceptedFileSystem(memory, new Dawdling(seed));
    SessionSettings settings = new InMemorySession(memory).shared.settings();
    Session session =
        new Session(
            files, settings, new InMemorySession(memory).activity, InMemorySession.memory());
    Sent sent = new Sent();
    PacketQueue queue = new PacketQueue(Limits.MAX_PACKET, new SpareArrays(1 << 20));
    Impatient around = new Impatient();
    RequestQueue requests = new RequestQueue(session, queue, sent, around);
    requests.start();
    give(queue, requests, packet(MessageType.INIT, out -> out.writeInt(3)));
    List<byte[]> handles = open(queue, requests, sent);
    byte[] wire = requests(handles, random);
    for (int at = 0; at < wire.length; ) {
      int piece = Math.min(1 + random.nextInt(40_000), wire.length - at);
      queue.offer(wire, at, piece);
      if (random.nextBoolean()) {
        requests.handleNonBlocking();
      } else {
        requests.arrived();
      }
      at += piece;
    }
    queue.end();
    requests.arrived();
    awaitEnd(around, sent);
    assertThat(around.failure).isNull();
    assertThat(around.released.get()).isEqualTo(opened + wire.length);
    assertThat(around.threads.get()).as("threads that took the requests over").isGreaterThan(20);
    checkAnswers(sent.bytes());
    session.abort(new FsException(Errno.ECONNRESET));
  }

  /** Waits without a time limit for a busy machine, as long as there is progress. */
  private static void awaitEnd(Impatient around, Sent sent) throws Exception {
    while (!around.hasEnded) {
      int before = sent.size();
      await().until(() -> around.hasEnded || sent.size() > before);
    }
  }

  private void give(PacketQueue queue, RequestQueue requests, byte[] packet) throws IOException {
    byte[] framed = framed(packet);
    opened += framed.length;
    queue.offer(framed, 0, framed.length);
    requests.arrived();
  }

  private List<byte[]> open(PacketQueue queue, RequestQueue requests, Sent sent) throws Exception {
    List<byte[]> handles = new ArrayList<>();
    for (int i = 0; i < HANDLES; i++) {
      int before = sent.size();
      give(queue, requests, InMemorySession.openRequest("/f" + i, READ_WRITE));
      await().until(() -> sent.size() > before);
    }
    await().until(() -> handlesIn(sent.bytes()).size() == HANDLES);
    handles.addAll(handlesIn(sent.bytes()));
    sent.clear();
    return handles;
  }

  private static List<byte[]> handlesIn(byte[] replies) throws IOException {
    List<byte[]> handles = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(replies));
    while (in.available() > 4) {
      byte[] reply = in.readNBytes(in.readInt());
      if (reply[0] == MessageType.HANDLE) {
        handles.add(Arrays.copyOfRange(reply, 9, reply.length));
      }
    }
    return handles;
  }

  /** Reads, writes and attribute requests; the result of each read is known in advance. */
  private byte[] requests(List<byte[]> handles, Random random) throws IOException {
    byte[][] contents = new byte[HANDLES][SIZE];
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int id = 1; id <= REQUESTS; id++) {
      int which = random.nextInt(HANDLES);
      byte[] handle = handles.get(which);
      int requestId = id;
      byte[] request;
      if (random.nextInt(3) == 0) {
        int offset = random.nextInt(SIZE - 2000);
        byte[] data = new byte[1 + random.nextInt(2000)];
        random.nextBytes(data);
        System.arraycopy(data, 0, contents[which], offset, data.length);
        request =
            packet(
                MessageType.WRITE,
                out -> {
                  out.writeInt(requestId);
                  string(out, handle);
                  out.writeLong(offset);
                  string(out, data);
                });
        expected.put(id, new byte[0]);
      } else if (random.nextInt(3) == 0) {
        request =
            packet(
                MessageType.STAT,
                out -> {
                  out.writeInt(requestId);
                  string(out, "/f" + which);
                });
        expected.put(id, new byte[0]);
      } else {
        int offset = random.nextInt(SIZE);
        int length = Math.min(1 + random.nextInt(120_000), SIZE - offset);
        request =
            packet(
                MessageType.READ,
                out -> {
                  out.writeInt(requestId);
                  string(out, handle);
                  out.writeLong(offset);
                  out.writeInt(length);
                });
        expected.put(id, Arrays.copyOfRange(contents[which], offset, offset + length));
      }
      wire.write(framed(request));
    }
    return wire.toByteArray();
  }

  private static byte[] framed(byte[] packet) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeInt(packet.length);
    bytes.write(packet);
    return bytes.toByteArray();
  }

  private void checkAnswers(byte[] replies) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(replies));
    int answers = 0;
    while (in.available() > 0) {
      byte[] reply = in.readNBytes(in.readInt());
      DataInputStream fields = new DataInputStream(new ByteArrayInputStream(reply));
      int type = fields.readUnsignedByte();
      int id = fields.readInt();
      byte[] content = expected.remove(id);
      assertThat(content).as("answer to %d", id).isNotNull();
      if (type == MessageType.DATA) {
        byte[] got = fields.readNBytes(fields.readInt());
        assertThat(Arrays.mismatch(got, content))
            .as("where content for %d differs", id)
            .isNegative();
      } else if (type == MessageType.STATUS) {
        assertThat(fields.readInt()).as("status of %d", id).isZero();
      } else {
        assertThat(type).isEqualTo(MessageType.ATTRS);
      }
      answers++;
    }
    assertThat(answers).isEqualTo(REQUESTS);
    assertThat(expected).isEmpty();
  }

  /** Some calls let other threads run first, for long. */
  private static final class Dawdling implements Interceptor {
    private final Random random;

    Dawdling(long seed) {
      random = new Random(seed);
    }

    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      int pauses;
      synchronized (random) {
        pauses = random.nextInt(4) == 0 ? random.nextInt(100) : 0;
      }
      if (pauses > 0 && !call.mayBlock()) {
        throw WouldBlockException.INSTANCE;
      }
      for (int i = 0; i < pauses; i++) {
        Thread.yield();
      }
      return body.run();
    }
  }

  /** A channel that counts every request as blocked at once. */
  private static final class Impatient implements Surroundings {
    final AtomicLong released = new AtomicLong();
    final AtomicLong threads = new AtomicLong();
    volatile boolean hasEnded;
    volatile @Nullable Throwable failure;

    @Override
    public void start(Runnable work) {
      threads.incrementAndGet();
      Thread.ofVirtual().start(work);
    }

    @Override
    public void later(Runnable work) {
      Thread.ofVirtual().start(work);
    }

    @Override
    public void release(long bytes) {
      released.addAndGet(bytes);
    }

    @Override
    public void ended(@Nullable Throwable cause) {
      failure = cause;
      hasEnded = true;
    }
  }

  /** Collects what is sent, and checks that one thread at a time sends. */
  private static final class Sent implements Transport {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ReentrantLock sending = new ReentrantLock();

    @Override
    public int packetSize() {
      return 32_768;
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public Frame allocate(int size) {
      return new Frame(new byte[size], 0, size, this);
    }

    @Override
    public void send(Frame frame, int length) {
      assertThat(sending.tryLock()).isTrue();
      try {
        Thread.yield();
        synchronized (bytes) {
          bytes.write(frame.array(), frame.offset(), length);
        }
      } finally {
        sending.unlock();
      }
    }

    int size() {
      synchronized (bytes) {
        return bytes.size();
      }
    }

    byte[] bytes() {
      synchronized (bytes) {
        return bytes.toByteArray();
      }
    }

    void clear() {
      synchronized (bytes) {
        bytes.reset();
      }
    }
  }
}
