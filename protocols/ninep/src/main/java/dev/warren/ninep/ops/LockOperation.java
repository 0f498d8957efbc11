package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Tlock. A blocking lock delays the reply until it is granted, without holding a thread: if the
 * reply were "blocked", the Linux client would sleep 30 seconds before its next attempt. flock(2)
 * arrives as a lock on the whole file.
 */
final class LockOperation extends NinepOperation {
  private static final int BLOCK = 1;
  private static final int SUCCESS = 0;
  private static final int BLOCKED = 1;

  private final Fid fid;
  private final FileLocks locks;
  private final Owner owner;
  private final @Nullable Kind kind;
  private final Range range;
  private final boolean waits;
  private boolean granted;
  private @Nullable CompletableFuture<Void> waiting;

  LockOperation(Tmessage.Lock message, Session session, Object connection) throws FsException {
    fid = session.fids().get(message.fid());
    fid.opened();
    kind = LockTypes.kind(message.type());
    range = LockTypes.range(message.start(), message.length());
    owner = new Owner(connection, message.client(), message.process());
    waits = (message.flags() & BLOCK) != 0;
    locks = session.locks();
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (kind == null) {
      locks.unlock(fid.fileId(), owner, range);
      granted = true;
      return;
    }
    fid.setLocked();
    granted = locks.tryLock(fid.fileId(), owner, fid, kind, range);
    if (!granted && waits) {
      waiting = locks.lock(fid.fileId(), owner, fid, kind, range);
    }
  }

  @Override
  public @Nullable CompletableFuture<?> pending() {
    return waiting;
  }

  /** Counts the client's name for itself, whose length the client chooses. */
  @Override
  public int weight() {
    return owner.client().length();
  }

  @Override
  public void release(Session session) {
    if (waiting != null && !waiting.cancel(false) && waiting.state() == Future.State.SUCCESS) {
      locks.unlock(fid.fileId(), owner, range); // granted at this moment, but no reply will be sent
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    CompletableFuture<Void> pending = waiting;
    if (pending != null) {
      granted =
          switch (pending.state()) {
            case SUCCESS -> true;
            case FAILED -> throw new FsException(Errno.of(pending.exceptionNow()));
            case CANCELLED -> throw new FsException(Errno.EBADF, "the file was closed meanwhile");
            case RUNNING -> throw new IllegalStateException("still waiting");
          };
    }
    out.begin(Wire.HEADER + 1, MessageType.replyTo(MessageType.TLOCK), tag)
        .writeByte(granted ? SUCCESS : BLOCKED);
  }
}
