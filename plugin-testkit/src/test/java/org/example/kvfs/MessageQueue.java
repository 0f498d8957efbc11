package org.example.kvfs;

import dev.warren.api.FsException;
import dev.warren.api.Waits;
import dev.warren.api.synthetic.Delivery;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import java.util.ArrayDeque;
import java.util.Deque;

/** A queue: {@code echo hello > send}; {@code cat receive} waits for the oldest message. */
final class MessageQueue {
  private final Deque<byte[]> messages = new ArrayDeque<>(); // guarded by this object's monitor

  SyntheticDirectory directory() {
    return SyntheticDirectory.fixed()
        .with("send", SyntheticFile.receiver(this::add))
        .with("receive", SyntheticFile.delivery(this::take));
  }

  private synchronized void add(byte[] message) {
    messages.addLast(message);
    notifyAll();
  }

  private synchronized void putBack(byte[] message) {
    messages.addFirst(message);
    notifyAll();
  }

  private synchronized Delivery take() throws FsException {
    Waits.until(this, () -> !messages.isEmpty());
    byte[] message = messages.removeFirst();
    return new Delivery() {
      @Override
      public byte[] content() {
        return message;
      }

      @Override
      public void accepted() {} // it has already left the queue

      @Override
      public void returned() {
        putBack(message);
      }
    };
  }
}
