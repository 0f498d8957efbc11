package dev.warren.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Describes the reason of a failure for people who do not know Java's classes. */
public final class Reason {
  /** The system's message when a process has reached its limit of open files. */
  private static final String TOO_MANY = "Too many open files";

  private Reason() {}

  /**
   * Returns the reason, with the file that it concerns and without the name of an exception class.
   * If the process has reached its limit of open files, it says which limit to raise.
   */
  public static String of(Throwable failure) {
    String reason = words(failure);
    return reason.contains(TOO_MANY) && !reason.contains("LimitNOFILE")
        ? reason + " (raise 'ulimit -n', or LimitNOFILE= in a systemd unit)"
        : reason;
  }

  /**
   * Returns the exception that belongs in the log with its stack trace: the programming error that
   * led to a failure. Null if the system refused an operation, which {@link #of} describes
   * completely.
   */
  public static @Nullable Throwable mistake(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof UncheckedIOException
        || (cause != null && !(cause instanceof RuntimeException || cause instanceof Error))) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case FileSystemException e -> file(e);
      case UncheckedIOException e when e.getCause() != null -> words(e.getCause());
      case UnknownHostException _, CharacterCodingException _ -> withMessage(failure);
      case IOException _ when message != null && !message.isBlank() -> message;
      case ExceptionInInitializerError e when e.getCause() != null -> words(e.getCause());
      case ExecutionException e when e.getCause() != null -> words(e.getCause());
      default -> withMessage(failure);
    };
  }

  /** If the message of the exception is only the file name, its class contains the reason. */
  private static String file(FileSystemException e) {
    String reason = e.getReason();
    String file = e.getFile();
    String why = reason == null ? Errno.of(e).message() : reason;
    return file == null ? why : file + ": " + why;
  }

  private static String withMessage(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? name(failure) : name(failure) + ": " + message;
  }

  /** Converts a class name to words: {@code ClosedChannelException} to "closed channel". */
  private static String name(Throwable failure) {
    String name = failure.getClass().getSimpleName().replaceFirst("(Exception|Error)$", "");
    return name.equals("IO") || name.isEmpty()
        ? Errno.EIO.message()
        : name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
