package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.store.JobStore.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Imports the jobs of version 0.1 from its journal. The journal consists of segments; each entry
 * has a length, a checksum (CRC-32C), a kind, a flag, a key, a description and parts. It is read
 * once; the files are kept under another name.
 */
public final class OldJournal {
  private static final int HEADER = 8;
  private static final int MAX_LENGTH = 1 << 30;
  private static final byte JOB = 0;
  private static final byte DELETED = 1;
  private static final byte FILE = 2;

  private final FileSystem files;
  private final VfsPath directory;
  private final System.Logger log;

  private OldJournal(FileSystem files, VfsPath directory, System.Logger log) {
    this.files = files;
    this.directory = directory;
    this.log = log;
  }

  /**
   * Imports a journal, if there is one, into an empty database in one transaction.
   *
   * @param directory the directory of the journal
   * @param aside the path to which that directory is then renamed
   * @param row returns the row for a description; null if the description cannot be decoded
   * @throws IOException if the journal cannot be read or the database cannot be written
   */
  public static void take(
      FileSystem files,
      VfsPath directory,
      VfsPath aside,
      DataSource database,
      Function<byte[], @Nullable Row> row,
      System.Logger log)
      throws IOException {
    if (!Files.isDirectory(files, directory)) {
      return; // it was imported, or there never was one
    }
    List<String> segments =
        Files.names(files, directory).stream()
            .filter(name -> name.matches("[0-9]{8}\\.journal"))
            .sorted()
            .toList();
    OldJournal journal = new OldJournal(files, directory, log);
    try {
      DatabaseStore.all(
          database,
          log,
          statements -> {
            if (!statements.isEmpty()) {
              return; // it was imported, and the host ended before the rename
            }
            Taking taking = journal.new Taking(statements, row);
            for (String segment : segments) {
              taking.segment(segment);
            }
            log.log(
                System.Logger.Level.INFO,
                "{0} jobs of version 0.1 are in the database now; their journal is kept as {1}",
                taking.jobs.size(),
                aside);
          });
    } catch (SQLException e) {
      if (e.getCause() instanceof FsException cause) {
        throw cause;
      }
      throw new IOException("the journal cannot be taken over: " + Reason.of(e), e);
    }
    files.rename(directory, aside, false);
    Files.syncDirectory(files, aside.parentOrRoot());
  }

  /** The import, in one transaction. */
  private final class Taking {
    private final Statements statements;
    private final Function<byte[], @Nullable Row> row;

    /** The newest row of each job read so far that was not deleted, by id. */
    private final Map<String, Row> jobs = new HashMap<>();

    Taking(Statements statements, Function<byte[], @Nullable Row> row) {
      this.statements = statements;
      this.row = row;
    }

    void segment(String name) throws SQLException {
      try {
        OpenFile file = files.open(directory.resolve(name), OpenOptions.READ, 0);
        try {
          long size = file.stat().size();
          long at = 0;
          while (size - at >= HEADER) {
            ByteBuffer head = ByteBuffer.wrap(read(file, at, HEADER));
            int length = head.getInt();
            int checksum = head.getInt();
            if (length <= 0 || length > MAX_LENGTH || size - at - HEADER < length) {
              log.log(
                  System.Logger.Level.WARNING,
                  "journal {0}: {1} bytes after the last whole entry are left out",
                  name,
                  size - at);
              break;
            }
            byte[] entry = read(file, at + HEADER, length);
            if ((int) Checksum.of(entry, 0, length) == checksum) {
              entry(ByteBuffer.wrap(entry));
            } else {
              log.log(
                  System.Logger.Level.ERROR,
                  "an entry of the journal {0} is damaged and left out",
                  name);
            }
            at += HEADER + (long) length;
          }
        } finally {
          file.close();
        }
      } catch (FsException e) {
        throw new SQLException(e);
      }
    }

    private static byte[] read(OpenFile file, long at, int length) throws FsException {
      ByteBuffer target = ByteBuffer.allocate(length);
      Files.readFully(file, target, at);
      if (target.hasRemaining()) {
        throw new FsException(Errno.EIO, "the journal is shorter than it was");
      }
      return target.array();
    }

    private void entry(ByteBuffer in) throws SQLException {
      byte kind = in.get();
      boolean flag = in.get() != 0;
      String key = new String(bytes(in, in.getInt()), StandardCharsets.UTF_8);
      int described = in.getInt();
      byte @Nullable [] description = described < 0 ? null : bytes(in, described);
      switch (kind) {
        case JOB -> job(key, description, flag, parts(in));
        case DELETED -> {
          if (jobs.remove(key) != null) {
            statements.delete(key, Fence.NONE);
          }
        }
        case FILE -> statements.unfinished(key, flag);
        default -> log.log(System.Logger.Level.ERROR, "the journal has an entry of no known kind");
      }
    }

    private static byte[] bytes(ByteBuffer in, int length) {
      byte[] bytes = new byte[length];
      in.get(bytes);
      return bytes;
    }

    private static Map<Integer, byte[]> parts(ByteBuffer in) {
      Map<Integer, byte[]> parts = new HashMap<>();
      for (int left = in.getInt(); left > 0; left--) {
        parts.put(in.getInt(), bytes(in, in.getInt()));
      }
      return parts;
    }

    private void job(
        String id, byte @Nullable [] description, boolean drop, Map<Integer, byte[]> parts)
        throws SQLException {
      Row next = description == null ? jobs.get(id) : row.apply(description);
      if (next != null) { // otherwise the job was deleted or cannot be decoded
        jobs.put(id, next);
        statements.save(next, parts, drop, Fence.NONE);
      }
    }
  }
}
