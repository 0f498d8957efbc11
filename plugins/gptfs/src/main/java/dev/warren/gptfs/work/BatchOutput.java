package dev.warren.gptfs.work;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchFile;
import dev.warren.gptfs.batch.BatchLine;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.publish.Content;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.store.DamagedPartException;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.store.SharedLines;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch's results, in the order of its lines. The first byte of a stored result marks it as an
 * answer or a failure; this class removes it and appends a newline.
 */
final class BatchOutput {
  /** The first byte of a stored answer. */
  static final byte ANSWER = SharedLines.ANSWER;

  /** The first byte of a stored failure. */
  static final byte FAILURE = 'F';

  private final JobStore store;
  private final String id;

  BatchOutput(JobStore store, String id) {
    this.store = store;
    this.id = id;
  }

  /** The answers or the failures. Reads them from the store for the size, and when iterated. */
  Content content(boolean answers) throws FsException {
    List<Integer> lines =
        store.parts(id).stream().filter(part -> part >= JobStore.FIRST_LINE).toList();
    byte wanted = answers ? ANSWER : FAILURE;
    Iterable<byte[]> pieces =
        () -> {
          Iterator<Integer> parts = lines.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return parts.hasNext();
            }

            @Override
            public byte[] next() {
              return piece(parts.next(), wanted);
            }
          };
        };
    long size = 0;
    try {
      for (byte[] piece : pieces) {
        size += piece.length;
      }
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof FsException cause
          ? cause
          : new FsException(Errno.EIO, "the jobs cannot be read", e);
    }
    return new Content(size, pieces);
  }

  /** An answer in its stored form: {@link #ANSWER}, then the line. */
  static byte[] answer(byte[] line) {
    return marked(ANSWER, line);
  }

  /** A result in its stored form. */
  static byte[] marked(byte mark, byte[] line) {
    byte[] part = new byte[line.length + 1];
    part[0] = mark;
    System.arraycopy(line, 0, part, 1, line.length);
    return part;
  }

  /** Whether a line's stored result is an answer. */
  boolean isAnswer(int part) throws FsException {
    byte[] stored = stored(part);
    return stored != null && stored[0] == ANSWER;
  }

  /** The stored result of a line; in place of a damaged one, a failure. */
  private byte @Nullable [] stored(int part) throws FsException {
    try {
      return store.read(id, part);
    } catch (DamagedPartException _) {
      int line = part - JobStore.FIRST_LINE;
      return marked(
          FAILURE, request(line).failure(id + "-" + line, Damage.line("the result", line), null));
    }
  }

  private BatchLine request(int line) throws FsException {
    try {
      byte[] batch = store.read(id, JobStore.REQUEST);
      if (batch == null) {
        return BatchLine.UNREADABLE;
      }
      BatchFile lines = BatchFile.lines(batch);
      int start = lines.start(line);
      return BatchLine.read(Arrays.copyOfRange(batch, start, start + lines.length(line)), null);
    } catch (DamagedPartException | BadRequestException _) {
      return BatchLine.UNREADABLE;
    }
  }

  /** How many lines have an answer, and how many have failed. */
  Counts counts(int total) throws FsException {
    int completed = 0;
    int failed = 0;
    for (int part : store.parts(id)) {
      if (part >= JobStore.FIRST_LINE) {
        boolean answered = isAnswer(part);
        completed += answered ? 1 : 0;
        failed += answered ? 0 : 1;
      }
    }
    return new Counts(total, completed, failed);
  }

  /**
   * Publishes the results so far, which are paid for, of a batch that ends early. The caller holds
   * the job's lock.
   *
   * @return the numbers of lines, answers and failures
   */
  static Counts publish(JobStore store, Publisher publisher, JobRecord record) throws FsException {
    BatchOutput output = new BatchOutput(store, record.id());
    Counts counts = output.counts(record.counts() == null ? 0 : record.counts().total());
    if (counts.completed() > 0) {
      publisher.answer(record, Names.OUTPUT, output.content(true), false);
    }
    if (counts.failed() > 0) {
      publisher.answer(record, Names.ERRORS, output.content(false), false);
    }
    return counts;
  }

  /** The digest of a content. */
  static byte[] digest(MessageDigest digest, Content content) {
    content.pieces().forEach(digest::update);
    return digest.digest();
  }

  private byte[] piece(int part, byte wanted) {
    try {
      byte[] stored = stored(part);
      if (stored == null || stored[0] != wanted) {
        return new byte[0];
      }
      byte[] line = Arrays.copyOfRange(stored, 1, stored.length + 1);
      line[line.length - 1] = '\n';
      return line;
    } catch (FsException e) {
      throw new UncheckedIOException(e);
    }
  }
}
