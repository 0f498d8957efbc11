package dev.warren.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says why something failed in words for people who do not know Java's classes. */
public final class Reason {
  /** What the system's libraries say where a process may have no more files open. */
  private static final String TOO_MANY = "Too many open files";

  private Reason() {}

  /**
   * The reason, with the file that it is about, and without the name of a class. Where the process
   * may have no more files open it says what to raise.
   */
  public static String of(Throwable failure) {
    String reason = words(failure);
    return reason.contains(TOO_MANY) && !reason.contains("LimitNOFILE")
        ? reason + " (raise 'ulimit -n', or LimitNOFILE= in a systemd unit)"
        : reason;
  }

  /**
   * What belongs into the log with its stack: the mistake in a program that led to a failure. Null
   * where the system refused something, which the reason tells whole.
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

  /** Its message is the file alone where its class tells the rest. */
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

  /** {@code ClosedChannelException} is "closed channel". */
  private static String name(Throwable failure) {
    String name = failure.getClass().getSimpleName().replaceFirst("(Exception|Error)$", "");
    return name.equals("IO") || name.isEmpty()
        ? Errno.EIO.message()
        : name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
