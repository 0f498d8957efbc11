package dev.warren.gptfs.batch;

import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.request.BadRequestException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** A batch file's lines, checked as a whole before any of them is sent. */
public final class BatchFile {
  /** The limit of OpenAI's batch interface. */
  public static final int MAX_LINES = 50_000;

  private static final int MAX_REPORTED = 10;

  private final int[] starts;
  private final int[] ends;

  private BatchFile(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /**
   * Finds the lines. Blank ones are skipped, but count in line numbers.
   *
   * @throws BadRequestException if there are none or too many
   */
  public static BatchFile lines(byte[] content) throws BadRequestException {
    int[] starts = new int[64];
    int[] ends = new int[64];
    int count = 0;
    int start = 0;
    while (start < content.length) {
      int end = start;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      if (!isBlank(content, start, end)) {
        if (count == MAX_LINES) {
          throw new BadRequestException("invalid_batch", "more than " + MAX_LINES + " lines");
        }
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, 2 * count);
          ends = Arrays.copyOf(ends, 2 * count);
        }
        starts[count] = start;
        ends[count++] = end;
      }
      start = end + 1;
    }
    if (count == 0) {
      throw new BadRequestException("invalid_batch", "no lines");
    }
    return new BatchFile(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
  }

  /**
   * Checks every line.
   *
   * @param content the file that {@link #lines} was called with
   * @throws BadRequestException with the numbers of wrong lines and what is wrong with them
   */
  public void check(byte[] content) throws BadRequestException {
    Set<String> ids = new HashSet<>();
    StringBuilder problems = new StringBuilder();
    int wrong = 0;
    int number = 1;
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      for (; at < starts[i]; at++) {
        number += content[at] == '\n' ? 1 : 0;
      }
      Optional<String> problem = problem(Arrays.copyOfRange(content, starts[i], ends[i]), ids);
      if (problem.isPresent() && wrong++ < MAX_REPORTED) {
        problems.append(problems.isEmpty() ? "" : "; ");
        problems.append("line ").append(number).append(": ").append(problem.get());
      }
    }
    if (wrong > MAX_REPORTED) {
      problems.append("; and ").append(wrong - MAX_REPORTED).append(" more lines");
    }
    if (wrong > 0) {
      throw new BadRequestException("invalid_batch", problems.toString());
    }
  }

  /** The indexes of {@linkplain #check checked} lines, by their {@code custom_id}. */
  public Map<String, Integer> ids(byte[] content) {
    Map<String, Integer> ids = new HashMap<>();
    for (int i = 0; i < starts.length; i++) {
      int line = i;
      Json.object(Arrays.copyOfRange(content, starts[i], ends[i]))
          .map(object -> Json.text(object, "custom_id"))
          .ifPresent(id -> ids.put(id, line));
    }
    return ids;
  }

  private static Optional<String> problem(byte[] line, Set<String> ids) {
    ObjectNode object = Json.object(line).orElse(null);
    if (object == null) {
      return Optional.of("not a JSON object");
    }
    String id = Json.text(object, "custom_id");
    if (id == null || id.isEmpty()) {
      return Optional.of("no custom_id");
    }
    if (!ids.add(id)) {
      return Optional.of("custom_id '" + id + "' occurs twice");
    }
    String method = Json.text(object, "method");
    if (method != null && !method.equals("POST")) {
      return Optional.of("method must be POST");
    }
    String url = Json.text(object, "url");
    if (url != null && !BatchUrl.isAllowed(url)) {
      return Optional.of("url must be one of " + String.join(", ", BatchUrl.ALLOWED));
    }
    if (!object.path("body").isObject() || object.path("body").isEmpty()) {
      return Optional.of("no body");
    }
    if (object.path("body").path("background").asBoolean(false)) {
      return Optional.of("lines of a batch cannot run in the background");
    }
    return object.path("body").path("stream").asBoolean(false)
        ? Optional.of("a batch cannot stream")
        : Optional.empty();
  }

  private static boolean isBlank(byte[] content, int start, int end) {
    for (int i = start; i < end; i++) {
      if (content[i] != ' ' && content[i] != '\t' && content[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** How many lines there are. */
  public int size() {
    return starts.length;
  }

  /** The byte offset of a line in the file. */
  public int start(int line) {
    return starts[line];
  }

  /** The length of a line in bytes, without its line feed. */
  public int length(int line) {
    return ends[line] - starts[line];
  }
}
