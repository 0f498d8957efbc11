package dev.warren.bench.sftp;

import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;

/** Keeps one request in flight: sends a request, waits for the reply, sends the next one. */
final class Worker {
  private static final int BLOCK = 255 * 1024;
  private static final int SMALL = 4096;
  private static final int BLOCKS = 256;
  private static final long SIZE = (long) BLOCK * BLOCKS;

  private final Workload workload;
  private final SftpClient client;
  private final String file;
  private final String own;
  private final int slot;
  private final int depth;
  private final byte[] buffer = new byte[BLOCK];

  /**
   * Creates a worker.
   *
   * @param file the path of the file that the workers of one connection share
   * @param slot the number of this worker, from 0
   * @param depth the number of workers
   */
  Worker(Workload workload, SftpClient client, String file, int slot, int depth) {
    this.workload = workload;
    this.client = client;
    this.file = file;
    this.own = file + "-" + slot;
    this.slot = slot;
    this.depth = depth;
    ThreadLocalRandom.current().nextBytes(buffer);
  }

  /** Creates the files that the workers of the connection use. */
  void prepare() throws IOException {
    try (CloseableHandle handle = open(file, EnumSet.of(OpenMode.Write, OpenMode.Create))) {
      for (int i = 0; i < BLOCKS; i++) {
        client.write(handle, (long) i * BLOCK, buffer, 0, BLOCK);
      }
    }
    for (int i = 0; i < depth; i++) {
      small(file + "-" + i);
    }
  }

  /** Removes the files that {@link #prepare} created. */
  void tidyUp() throws IOException {
    client.remove(file);
    for (int i = 0; i < depth; i++) {
      client.remove(file + "-" + i);
    }
  }

  Tally run(AtomicBoolean stop) throws IOException {
    Tally tally = new Tally();
    try (CloseableHandle handle = open(file, EnumSet.of(OpenMode.Read, OpenMode.Write))) {
      for (long number = slot; !stop.get(); number += depth) {
        long start = System.nanoTime();
        int bytes = once(handle, number);
        tally.operation(System.nanoTime() - start, bytes);
      }
    }
    return tally;
  }

  private int once(CloseableHandle handle, long number) throws IOException {
    long next = number % BLOCKS * BLOCK;
    long random = ThreadLocalRandom.current().nextLong(SIZE / SMALL) * SMALL;
    switch (workload) {
      case STAT -> client.stat(own);
      case READ -> readAll(handle, next, BLOCK);
      case WRITE -> client.write(handle, next, buffer, 0, BLOCK);
      case RANDREAD -> readAll(handle, random, SMALL);
      case RANDWRITE -> client.write(handle, random, buffer, 0, SMALL);
      case SMALLGET -> {
        try (CloseableHandle small = open(own, EnumSet.of(OpenMode.Read))) {
          readAll(small, 0, SMALL);
        }
      }
      case SMALLPUT -> small(own);
      case CREATE -> {
        open(own + "-new", EnumSet.of(OpenMode.Write, OpenMode.Create)).close();
        client.remove(own + "-new");
      }
    }
    return switch (workload) {
      case READ, WRITE -> BLOCK;
      case RANDREAD, RANDWRITE, SMALLGET, SMALLPUT -> SMALL;
      case STAT, CREATE -> 0;
    };
  }

  private void readAll(CloseableHandle handle, long offset, int length) throws IOException {
    int read = client.read(handle, offset, buffer, 0, length);
    if (read != length) {
      throw new IOException("read " + read + " of " + length + " bytes at " + offset);
    }
  }

  private void small(String name) throws IOException {
    try (CloseableHandle handle =
        open(name, EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Truncate))) {
      client.write(handle, 0, buffer, 0, SMALL);
    }
  }

  private CloseableHandle open(String name, EnumSet<OpenMode> modes) throws IOException {
    return client.open(name, modes);
  }
}
