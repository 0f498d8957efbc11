package dev.warren.gptfs;

import dev.warren.api.Operation;
import dev.warren.testkit.Call;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a host is killed: at an operation on the inner file system, the n-th of its kind, or at the
 * first commit with certain contents.
 */
enum CrashPoint {
  BEFORE_THE_FILE_IS_MARKED("SELECT 1 FROM gptfs_unfinished", false),
  AFTER_THE_FILE_IS_MARKED("SELECT 1 FROM gptfs_unfinished", true),
  AFTER_THE_INPUT_IS_WRITTEN(Operation.WRITE, "/inbox/p.txt", 1, true),
  AFTER_THE_INPUT_IS_CLOSED(Operation.CLOSE, "/inbox/p.txt", 1, true),
  BEFORE_SETTLING_IS_KEPT(state("SETTLING"), false),
  AFTER_SETTLING_IS_KEPT(state("SETTLING"), true),
  AFTER_PENDING_IS_PUBLISHED(Operation.RENAME, "/outbox/p_status.json", 1, true),
  BEFORE_THE_JOB_IS_ACCEPTED(state("QUEUED"), false),
  AFTER_THE_JOB_IS_ACCEPTED(state("QUEUED"), true),
  BEFORE_THE_CALL_IS_KEPT(state("ACTIVE"), false),
  AFTER_THE_CALL_IS_KEPT(state("ACTIVE"), true),
  BEFORE_THE_ANSWER_IS_KEPT(state("ANSWERED"), false),
  AFTER_THE_ANSWER_IS_KEPT(state("ANSWERED"), true),
  AFTER_THE_REVISION_IS_PUBLISHED(Operation.RENAME, "/outbox/.rev/p.1_response.txt", 2, true),
  BEFORE_THE_ANSWER_IS_PUBLISHED(Operation.LINK, "/outbox/p_response.txt", 1, false),
  AFTER_THE_ANSWER_IS_PUBLISHED(Operation.LINK, "/outbox/p_response.txt", 1, true),
  AFTER_COMPLETED_IS_PUBLISHED(Operation.FSYNC, "/outbox", 2, false),
  BEFORE_THE_END_IS_KEPT(state("COMPLETED"), false),
  AFTER_THE_END_IS_KEPT(state("COMPLETED"), true);

  private final @Nullable Operation operation;
  private final Pattern path;
  private final int occurrence;
  private final @Nullable String question;
  private final boolean after;

  CrashPoint(Operation operation, String path, int occurrence, boolean after) {
    this.operation = operation;
    this.path = Pattern.compile(path);
    this.occurrence = occurrence;
    this.question = null;
    this.after = after;
  }

  CrashPoint(String question, boolean after) {
    this.operation = null;
    this.path = Pattern.compile("");
    this.occurrence = 1;
    this.question = question;
    this.after = after;
  }

  private static String state(String state) {
    return "SELECT 1 FROM gptfs_jobs WHERE state = '" + state + "'";
  }

  boolean matches(Call call) {
    var subject = call.target() == null ? call.path() : call.target();
    return call.operation() == operation && path.matcher(subject.toString()).matches();
  }

  /** Whether the operation is a commit, and the one of this point. */
  boolean matches(Connection connection) throws SQLException {
    if (question == null) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      try (ResultSet tables =
          statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = 'gptfs_unfinished'")) {
        if (!tables.next()) {
          return false;
        }
      }
      try (ResultSet rows = statement.executeQuery(question)) {
        return rows.next();
      }
    }
  }

  int occurrence() {
    return occurrence;
  }

  boolean isAfter() {
    return after;
  }
}
