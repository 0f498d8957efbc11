package dev.warren.gptfs.store;

import static dev.warren.gptfs.store.JobStore.Promise.LATER;
import static dev.warren.gptfs.store.JobStore.Promise.POWER;
import static dev.warren.gptfs.store.JobStore.Promise.PROCESS;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.Reason;
import dev.warren.api.database.Dialect;
import dev.warren.api.database.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The job store in a database. {@link Writer} writes, {@link Rows} reads. */
public final class DatabaseStore implements JobStore {
  private static final List<String> SCRIPTS = List.of("schema-1.sql");
  private static final List<String> SHARED_SCRIPTS = List.of("hosts-1.sql", "hosts-2.sql");

  /** The versions of the shared tables that this program knows, by the names of their parts. */
  static final Map<String, Integer> VERSIONS =
      Map.of("gptfs", SCRIPTS.size(), "gptfs-hosts", SHARED_SCRIPTS.size());

  private final Writer writer;

  /** Queries for jobs: a connection of its own, so that they do not wait for large contents. */
  private final Rows jobs;

  private final Rows contents;

  private final @Nullable SharedJobs shared;

  private DatabaseStore(Writer writer, Rows jobs, Rows contents, @Nullable Member member) {
    this.writer = writer;
    this.jobs = jobs;
    this.contents = contents;
    this.shared = member == null ? null : new SharedJobs(writer, jobs, member);
  }

  /** Opens the store in a database that this host does not share. */
  public static DatabaseStore open(
      DataSource database,
      boolean fresh,
      boolean durable,
      Consumer<@Nullable String> unable,
      System.Logger log)
      throws IOException {
    return open(database, fresh, durable, null, () -> {}, unable, log);
  }

  /**
   * Opens the store in a database, and creates missing tables.
   *
   * @param fresh whether the files are new; the rows, which belong to earlier files, are deleted
   * @param durable whether steps survive a power cut, as {@link Promise} says; if not, only the end
   *     of the process
   * @param unable receives the reason while nothing can be written, and null once it can be again
   * @param member this host, if hosts share the database; {@code fresh} is ignored then
   * @param expelled called when this host's lease ran out, and it has lost its jobs
   * @throws IOException if the database cannot be used
   */
  public static DatabaseStore open(
      DataSource database,
      boolean fresh,
      boolean durable,
      @Nullable Member member,
      Runnable expelled,
      Consumer<@Nullable String> unable,
      System.Logger log)
      throws IOException {
    try {
      migrate(database, "gptfs", SCRIPTS);
      if (member != null) {
        migrate(database, "gptfs-hosts", SHARED_SCRIPTS);
      } else if (fresh) {
        all(database, log, Statements::clear);
      }
      Rows jobs = new Rows(database, log);
      try {
        Rows contents = new Rows(database, log);
        Writer writer = new Writer(database, durable, member, expelled, unable, log);
        writer.start();
        return new DatabaseStore(writer, jobs, contents, member);
      } catch (SQLException e) {
        jobs.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("the database of jobs cannot be opened: " + Reason.of(e), e);
    }
  }

  private static void migrate(DataSource database, String part, List<String> files)
      throws SQLException, IOException {
    List<String> scripts = new ArrayList<>();
    for (String file : files) {
      try (InputStream script = DatabaseStore.class.getResourceAsStream(file)) {
        if (script == null) {
          throw new IOException(file + " is not in the jar");
        }
        scripts.add(new String(script.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    new Migrations(part, scripts).apply(database);
  }

  /** Executes statements in one transaction, which survives a power cut. */
  static void all(DataSource database, System.Logger log, Change.Body body) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statements statements = new Statements(connection, Dialect.of(connection), null, log)) {
        body.write(statements);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  @Override
  public void save(
      Row row, Map<Integer, byte[]> parts, boolean dropParts, Promise promise, Owner owner)
      throws FsException {
    Fence fence = Fence.of(owner);
    write(
        new Change(promise, owner, statements -> statements.save(row, parts, dropParts, fence)),
        SharedRows.frees(row));
  }

  @Override
  public void savePart(String id, int part, byte[] content, Owner owner) throws FsException {
    Fence fence = Fence.of(owner);
    write(new Change(POWER, owner, statements -> statements.part(id, part, content, fence)), false);
  }

  @Override
  public void delete(String id, Owner owner) throws FsException {
    Fence fence = Fence.of(owner);
    write(new Change(LATER, owner, statements -> statements.delete(id, fence)), true);
  }

  /** Queues a write of a job by its owner, and notifies the owner of the outcome. */
  private void write(Change change, boolean frees) throws FsException {
    if (shared != null) {
      // Before writing(), because a refused write must not change the owner.
      writer.check(change.promise());
      Owner owner = change.owner();
      owner.writing(frees);
      CompletableFuture<Void> _ =
          change.written.whenComplete(
              (_, failure) -> {
                if (failure instanceof LostJobException) {
                  owner.lost();
                }
                owner.written();
              });
    }
    writer.write(change);
  }

  @Override
  public @Nullable SharedJobs shared() {
    return shared;
  }

  @Override
  public void unfinished(String path, boolean is) throws FsException {
    writer.write(
        new Change(is ? PROCESS : LATER, SOLE, statements -> statements.unfinished(path, is)));
  }

  @Override
  public void interrupted(String path) throws FsException {
    if (shared != null) {
      writer.write(new Change(LATER, SOLE, statements -> statements.shared().interrupted(path)));
    }
  }

  @Override
  public void flush() throws FsException {
    writer.write(new Change(PROCESS, SOLE, _ -> {}));
  }

  @Override
  public byte @Nullable [] read(String id, int part) throws FsException {
    return contents.pieces(id, part, 0, Integer.MAX_VALUE);
  }

  @Override
  public byte[] read(String id, int part, int offset, int length) throws FsException {
    int first = offset / Statements.PIECE;
    int last = (int) (((long) offset + Math.max(length, 1) - 1) / Statements.PIECE);
    byte[] pieces = contents.pieces(id, part, first, last);
    int from = offset - first * Statements.PIECE;
    if (pieces == null || from + length > pieces.length) {
      throw new FsException(
          Errno.EIO, "part %d of %s is not there, or not so long".formatted(part, id));
    }
    return Arrays.copyOfRange(pieces, from, from + length);
  }

  @Override
  public List<Integer> parts(String id) throws FsException {
    return contents.parts(id);
  }

  @Override
  public List<byte[]> open() throws FsException {
    return jobs.all("ended = 0");
  }

  @Override
  public List<byte[]> untold() throws FsException {
    return jobs.all("told = 0");
  }

  @Override
  public List<String> ended(String state, String directory) throws FsException {
    return jobs.ended(state, directory);
  }

  @Override
  public Map<String, Long> ended() throws FsException {
    return jobs.ended();
  }

  @Override
  public Set<String> unfinished() throws FsException {
    return jobs.unfinished();
  }

  @Override
  public byte @Nullable [] byId(String id) throws FsException {
    return jobs.one("id = ?", id);
  }

  @Override
  public byte @Nullable [] bySource(String source) throws FsException {
    return jobs.one("source = ?", source);
  }

  @Override
  public byte @Nullable [] byBase(String base) throws FsException {
    return jobs.one("base = ?", base);
  }

  @Override
  public @Nullable String baseBelow(String directory, Predicate<String> wanted) throws FsException {
    return jobs.baseBelow(directory, shared == null, wanted);
  }

  @Override
  public List<byte[]> below(String directory) throws FsException {
    return jobs.below(directory);
  }

  @Override
  public List<String> surplus(Bounds bounds, int most) throws FsException {
    return jobs.surplus(bounds, most);
  }

  @Override
  public long size() {
    return writer.size();
  }

  @Override
  public void closing(Duration patience) {
    writer.closing(patience);
  }

  @Override
  public void close() throws FsException {
    writer.close();
    try {
      jobs.close();
      contents.close();
    } catch (SQLException e) {
      throw new FsException(Errno.EIO, "the database of jobs cannot be closed", e);
    }
  }
}
