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
 * A file system, or something open in it, with its view that never waits. A front end asks the view
 * first, on the thread that received the request, for most requests are answered from memory; what
 * would have to wait it asks again on a thread that may, such as a virtual one. Make one of each
 * file system and of each thing that is opened, and keep it: it asks for the view once.
 *
 * <p>A request may be made twice, but was without effect the first time. One that is more than one
 * call must leave out the second time what it had completed in the first.
 *
 * @param <T> {@link FileSystem}, {@link OpenFile} or {@link OpenDirectory}
 */
public final class AtOnce<T> {
  private final T target;
  private final @Nullable T view;

  private AtOnce(T target, @Nullable T view) {
    this.target = target;
    this.view = view;
  }

  /** A file system. */
  public static AtOnce<FileSystem> of(FileSystem files) {
    return new AtOnce<>(files, files.nonBlocking());
  }

  /** An open file. Its view is for reading, writing and {@code stat}. */
  public static AtOnce<OpenFile> of(OpenFile file) {
    return new AtOnce<>(file, file.nonBlocking());
  }

  /** An open directory. */
  public static AtOnce<OpenDirectory> of(OpenDirectory directory) {
    return new AtOnce<>(directory, directory.nonBlocking());
  }

  /** A request to one of the two. */
  @FunctionalInterface
  public interface Request<T, R extends @Nullable Object> {
    /** Makes it. */
    R on(T asked) throws IOException;
  }

  /** What it is, which may wait. */
  public T target() {
    return target;
  }

  /** The view that never waits; null if there is none. */
  public @Nullable T view() {
    return view;
  }

  /**
   * The one of the two for a thread.
   *
   * @throws WouldBlockException if the thread may not wait and everything may
   */
  public T on(boolean mayWait) throws WouldBlockException {
    if (mayWait) {
      return target;
    }
    T never = view;
    if (never == null) {
      throw WouldBlockException.INSTANCE;
    }
    return never;
  }

  /**
   * Makes a request on this thread: to the view, and if that would have to wait, otherwise.
   *
   * @param otherwise gets what may wait
   * @throws IOException what either throws, but no {@link WouldBlockException} of the view
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
   * Makes a request: to the view at once, and if that would have to wait, on a thread of an
   * executor.
   *
   * @param cancellation ends a wait; the request then fails with EINTR, or had its result first
   * @param waiting runs what may wait, each on a thread that nothing else needs meanwhile
   * @return done with the result or what the request threw: already, if it did not have to wait,
   *     else on the thread that waited; with a {@link RejectedExecutionException} if the executor
   *     takes nothing any more
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
   * @return false if the request would have to wait
   */
  private static <T, R extends @Nullable Object> boolean isDone(
      CompletableFuture<R> done, Request<T, R> request, T never) {
    try {
      return done.complete(request.on(never));
    } catch (WouldBlockException e) {
      return false;
    } catch (Exception | Error e) { // whoever asked hears of it
      return done.completeExceptionally(e);
    }
  }

  private <R extends @Nullable Object> void finish(
      CompletableFuture<R> done, Request<T, R> request, Cancellation cancellation) {
    try {
      R result = cancellation.call(() -> request.on(target));
      done.complete(result);
    } catch (Exception | Error e) { // whoever asked hears of it
      done.completeExceptionally(e);
    }
  }
}
