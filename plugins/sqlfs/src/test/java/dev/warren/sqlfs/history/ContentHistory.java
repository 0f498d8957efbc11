package dev.warren.sqlfs.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks a history of files that are read and replaced. This requires more than close-to-open
 * consistency: for each file there must be an order of reads and publications in which each read
 * has the content that was published last. Every content that is read is whole, except on the host
 * that is writing it.
 */
public final class ContentHistory {
  private ContentHistory() {}

  /** How a write ended. */
  public enum End {
    /** The content is visible to all hosts. */
    PUBLISHED,
    /** The content may be visible to all hosts. */
    UNKNOWN,
    /** The content was given up before anything made it visible. */
    GIVEN_UP
  }

  /**
   * The replacement of a file's content by a content that no other write has.
   *
   * @param start a number from before the file was opened, if the writing host shows what is being
   *     written; otherwise {@link Long#MAX_VALUE}
   * @param publishing when the call began that makes the content visible to all hosts
   * @param end when that call had ended
   */
  record Write(int host, String file, int number, long start, long publishing, long end, End how) {}

  /** A read of a whole file, which starts before the file is opened. */
  record Read(int host, String file, FileContent content, long start, long end) {}

  /** Returns null if the history is valid. */
  static @Nullable String problem(List<Write> writes, List<Read> reads) {
    Map<Integer, Write> byNumber = new HashMap<>();
    Map<String, List<Event<ContentCall>>> events = new HashMap<>();
    for (Write write : writes) {
      byNumber.put(write.number(), write);
      event(write, events.computeIfAbsent(write.file(), _ -> new ArrayList<>()));
    }
    for (Read read : reads) {
      Write write = byNumber.get(read.content().number());
      if (read.content().length() > 0 && (write == null || !write.file().equals(read.file()))) {
        return "no write has this content: " + read;
      }
      if (isBeingWritten(writes, read)) {
        continue;
      }
      if (!read.content().isWhole()) {
        return "a part, of %s: %s".formatted(write, read);
      }
      events
          .computeIfAbsent(read.file(), _ -> new ArrayList<>())
          .add(
              Event.known(
                  read.host(),
                  new ContentCall.Read(read.file()),
                  Integer.toString(read.content().number()),
                  read.start(),
                  read.end()));
    }
    for (List<Event<ContentCall>> file : events.values()) {
      String problem = Linearizability.problem(new ContentCall.Rules(), file);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static void event(Write write, List<Event<ContentCall>> events) {
    ContentCall call = new ContentCall.Publish(write.file(), write.number());
    switch (write.how()) {
      case PUBLISHED ->
          events.add(
              Event.known(write.host(), call, NameRules.DONE, write.publishing(), write.end()));
      case UNKNOWN -> events.add(Event.unknown(write.host(), call, write.publishing()));
      case GIVEN_UP -> {}
    }
  }

  /**
   * Whether a read may show a content that its own host is still writing: at first, the file is
   * empty.
   */
  private static boolean isBeingWritten(List<Write> writes, Read read) {
    return writes.stream()
        .filter(write -> write.host() == read.host() && write.file().equals(read.file()))
        .filter(write -> write.start() < read.end() && read.start() < write.end())
        .anyMatch(
            write -> read.content().length() == 0 || read.content().number() == write.number());
  }
}
