package dev.warren.gptfs.memory;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.MemoryBudget.Use;
import dev.warren.gptfs.job.JobError;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the instance may use of the host's budget. A thread that needs a whole content in
 * memory opens a {@link Charge}, and waits until enough memory is free. Thread-safe.
 */
public final class ContentMemory implements AutoCloseable {
  private final MemoryBudget.Account account;
  private final Duration patience;
  private final Set<Charge> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param account charged
   * @param patience how long a charge that holds memory waits for more: two such charges could
   *     otherwise wait for each other forever
   */
  public ContentMemory(MemoryBudget.Account account, Duration patience) {
    this.account = account;
    this.patience = patience;
  }

  /** An empty charge. */
  public Charge open() {
    return new Charge();
  }

  /** The error of a job for which there is no memory. */
  public static JobError error(FsException refusal) {
    return JobError.local("no_memory", String.valueOf(refusal.getMessage()));
  }

  /** How many charges wait for memory. */
  public int waiting() {
    return waiting.size();
  }

  /** Ends all waits with EIO. */
  @Override
  public void close() {
    closed = true;
    waiting.forEach(Charge::endWait);
  }

  /**
   * The memory that one job holds during a step. Used by one thread at a time, except {@link
   * #cancel}.
   */
  public final class Charge implements AutoCloseable {
    private long held;
    private volatile boolean cancelled;
    private volatile @Nullable CompletableFuture<Void> pending;

    private Charge() {}

    /** How many bytes are charged. */
    public long held() {
      return held;
    }

    /** Charges more bytes if they are free, and returns whether they were. Non-blocking. */
    public boolean tryAdd(long bytes) {
      if (!account.tryTake(Use.CONTENTS, bytes)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /**
     * Charges more bytes. Blocks until they are free, but only for a limited time if this charge
     * already holds some.
     *
     * @throws FsException ENOMEM if one mount may never use that much, or if the memory was not
     *     free in time; EIO if the instance was closed, EINTR if the charge was cancelled or the
     *     thread interrupted
     */
    public void add(long bytes) throws FsException {
      if (held + bytes > account.most(Use.CONTENTS.area())) {
        throw new FsException(
            Errno.ENOMEM,
            "it needs %d MiB of memory, more than one mount may have here"
                .formatted(Math.ceilDiv(held + bytes, 1 << 20)));
      }
      CompletableFuture<Void> charge = account.takeWhenFree(Use.CONTENTS, bytes);
      pending = charge;
      waiting.add(this);
      try {
        if (closed || cancelled) {
          charge.cancel(false);
        }
        if (held == 0) {
          charge.get();
        } else {
          charge.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        held += bytes;
      } catch (CancellationException e) {
        throw giveUp(charge, bytes, closed ? Errno.EIO : Errno.EINTR);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw giveUp(charge, bytes, Errno.EINTR);
      } catch (TimeoutException e) {
        giveUp(charge, bytes, Errno.ENOMEM);
        throw new FsException(Errno.ENOMEM, "the host's memory is in use", e);
      } catch (ExecutionException e) {
        throw new FsException(Errno.ENOMEM, "the host has no memory for it", e);
      } finally {
        pending = null;
        waiting.remove(this);
      }
    }

    /** Cancels a pending charge; returns the bytes if they were granted in the meantime. */
    private FsException giveUp(CompletableFuture<Void> charge, long bytes, Errno errno) {
      if (!charge.cancel(false) && !charge.isCompletedExceptionally()) {
        account.giveBack(Use.CONTENTS, bytes);
      }
      return new FsException(errno);
    }

    /** Ends a wait in {@link #add}, and those to come, with EINTR. Called by any thread. */
    public void cancel() {
      cancelled = true;
      endWait();
    }

    private void endWait() {
      CompletableFuture<Void> charge = pending;
      if (charge != null) {
        charge.cancel(false);
      }
    }

    /** Releases all bytes. */
    @Override
    public void close() {
      account.giveBack(Use.CONTENTS, held);
      held = 0;
    }
  }
}
