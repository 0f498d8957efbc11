package dev.warren.gptfs.http;

import dev.warren.gptfs.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads server-sent events and puts the chunks together into the document that the service would
 * have sent without a stream.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events,
 *     "Interpreting an event stream"</a>
 */
final class StreamReader {
  /** A line ends with LF, CR or CR LF. */
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\n\r");

  private final long limit;
  private final InstantSource clock;
  private final long start;
  private final Progress progress;
  private final AnswerMemory memory;
  private final StreamedAnswer answer = new StreamedAnswer();
  private boolean isFirst = true;
  private boolean returned;
  private long read;
  private @Nullable Long firstTokenMillis;

  StreamReader(
      long limit, InstantSource clock, long start, Progress progress, AnswerMemory memory) {
    this.limit = limit;
    this.clock = clock;
    this.start = start;
    this.progress = progress;
    this.memory = memory;
  }

  /** Milliseconds from the start of the call to the first text; null if there was none. */
  @Nullable Long firstTokenMillis() {
    return firstTokenMillis;
  }

  /**
   * Reads the stream to its end, blocking.
   *
   * @return the answer as one JSON document; null if the stream is longer than the limit
   * @throws IOException if the stream ends before the answer does, or an event is not JSON
   */
  byte @Nullable [] read(BufferedSource source) throws IOException {
    Buffer data = new Buffer();
    while (true) {
      String line = line(source);
      if (line == null) {
        return null;
      }
      if (line.startsWith("data:")) {
        data.writeUtf8(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
        data.writeByte('\n');
      } else if (line.isEmpty() && data.size() > 0) {
        byte[] event = data.readByteArray();
        if (isDone(event)) {
          if (!answer.isComplete()) {
            throw new EOFException("the stream says [DONE] without a finish reason");
          }
          return answer.document();
        }
        take(event);
        if (answer.isLast()) {
          return answer.document();
        }
      }
      if (line.isEmpty() && source.exhausted()) {
        break;
      }
    }
    if (!answer.isComplete()) {
      throw new EOFException("the stream ended before the answer did");
    }
    return answer.document(); // some servers leave [DONE] out
  }

  private static boolean isDone(byte[] event) {
    return new String(event, StandardCharsets.UTF_8).strip().equals("[DONE]");
  }

  private void take(byte[] event) throws IOException {
    if (new String(event, StandardCharsets.UTF_8).strip().equals("null")) {
      return; // an event without data
    }
    ObjectNode chunk = Json.object(event).orElse(null);
    if (chunk == null) {
      throw new IOException("an event of the stream is not a JSON object");
    }
    String text = answer.add(chunk);
    if (!text.isEmpty()) {
      if (firstTokenMillis == null) {
        firstTokenMillis = Math.max(0, clock.millis() - start);
      }
      progress.text(text);
    }
  }

  /** The next line; an empty one at the end of the stream; null beyond the limit. */
  private @Nullable String line(BufferedSource source) throws IOException {
    if (returned && !source.exhausted() && source.getBuffer().getByte(0) == '\n') {
      source.skip(1); // the LF of CR LF
      read++;
    }
    returned = false;
    if (source.exhausted()) {
      return "";
    }
    Buffer buffer = source.getBuffer();
    long end = buffer.indexOfElement(LINE_ENDS);
    while (end < 0) {
      long looked = buffer.size();
      if (read + looked > limit) {
        return null;
      }
      memory.grownTo(read + looked);
      if (!source.request(looked + 1)) {
        return text(source.readUtf8()); // the last line has no line end
      }
      end = buffer.indexOfElement(LINE_ENDS, looked);
    }
    memory.grownTo(read + end);
    read += end + 1;
    if (read > limit) {
      return null;
    }
    String line = text(source.readUtf8(end));
    returned = source.readByte() == '\r';
    return line;
  }

  /** Removes the byte order mark that a stream may begin with. */
  private String text(String line) {
    boolean first = isFirst;
    isFirst = false;
    return first && line.startsWith("\uFEFF") ? line.substring(1) : line;
  }
}
