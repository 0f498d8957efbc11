package dev.warren.frontend;

import dev.warren.api.Cancellation;
import dev.warren.api.FileSystem;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.WouldBlockException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A file system, or an open file or directory, together with its non-blocking view. A front end
 * calls the view first, on the thread that received the request, because most requests can be
 * served from memory. If the view would block, it repeats the request on a thread that may block,
 * such as a virtual one. Create one of these for each object and keep it: it gets the view only
 * once.
 *
 * <p>A request may thus be made twice, but the first attempt had no effect. A request that consists
 * of several calls must skip, the second time, the calls that it completed the first time.
 *
 * @param <T> {@link FileSystem}, {@link OpenFile} or {@link OpenDirectory}
 */
public final class NonBlockingFirst<T> {
  private final T target;
  private final @Nullable T view;

  private NonBlockingFirst(T target, @Nullable T view) {
    this.target = target;
    this.view = view;
  }

  /** Wraps a file system. */
  public static NonBlockingFirst<FileSystem> of(FileSystem files) {
    return new NonBlockingFirst<>(files, files.nonBlocking());
  }

  /** Wraps an open file, whose view supports reading, writing and {@code stat}. */
  public static NonBlockingFirst<OpenFile> of(OpenFile file) {
    return new NonBlockingFirst<>(file, file.nonBlocking());
  }

  /** Wraps an open directory. */
  public static NonBlockingFirst<OpenDirectory> of(OpenDirectory directory) {
    return new NonBlockingFirst<>(directory, directory.nonBlocking());
  }

  /** A request to the object or its view. */
  @FunctionalInterface
  public interface Request<T, R extends @Nullable Object> {
    /** Performs the request. */
    R on(T asked) throws IOException;
  }

  /** The object itself, which may block. */
  public T target() {
    return target;
  }

  /** The non-blocking view; null if there is none. */
  public @Nullable T view() {
    return view;
  }

  /**
   * Returns the object or its view, whichever the thread may use.
   *
   * @throws WouldBlockException if the thread may not block and there is no non-blocking view
   */
  public T on(boolean mayBlock) throws WouldBlockException {
    if (mayBlock) {
      return target;
    }
    T never = view;
    if (never == null) {
      throw WouldBlockException.INSTANCE;
    }
    return never;
  }

  /**
   * Performs a request on this thread: on the view, or if that would block, by the alternative.
   *
   * @param otherwise receives the object itself, which may block
   * @throws IOException the exception of either, except a {@link WouldBlockException} of the view
   */
  public <R extends @Nullable Object> R call(Request<T, R> request, Request<T, R> otherwise)
      throws IOException {
    T never = view;
    if (never != null) {
      try {
        return request.on(never);
      } catch (WouldBlockException e) {
        return otherwise.on(target);
      }
    }
    return otherwise.on(target);
  }

  /**
   * Performs a request: on the view immediately or, if that would block, on a thread of an
   * executor.
   *
   * @param cancellation cancels a blocking request, which then fails with EINTR unless it has
   *     already completed
   * @param waiting runs blocking requests, each on a thread that nothing else needs meanwhile
   * @return the result or the exception of the request: already complete if it did not block,
   *     otherwise completed on the executor's thread; fails with a {@link
   *     RejectedExecutionException} if the executor accepts no more tasks
   */
  public <R extends @Nullable Object> CompletionStage<R> start(
      Request<T, R> request, Cancellation cancellation, Executor waiting) {
    CompletableFuture<R> done = new CompletableFuture<>();
    T never = view;
    if (never == null || !isDone(done, request, never)) {
      try {
        waiting.execute(() -> finish(done, request, cancellation));
      } catch (RejectedExecutionException e) {
        done.completeExceptionally(e);
      }
    }
    return done;
  }

  /**
   * @return false if the request would block
   */
  private static <T, R extends @Nullable Object> boolean isDone(
      CompletableFuture<R> done, Request<T, R> request, T never) {
    try {
      return done.complete(request.on(never));
    } catch (WouldBlockException e) {
      return false;
    } catch (Exception | Error e) { // reported to the caller by the future
      return done.completeExceptionally(e);
    }
  }

  private <R extends @Nullable Object> void finish(
      CompletableFuture<R> done, Request<T, R> request, Cancellation cancellation) {
    try {
      R result = cancellation.call(() -> request.on(target));
      done.complete(result);
    } catch (Exception | Error e) { // reported to the caller by the future
      done.completeExceptionally(e);
    }
  }
}
