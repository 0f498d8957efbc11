package dev.warren.gptfs;

import dev.warren.api.Operation;
import dev.warren.testkit.Call;
import java.util.regex.Pattern;

/** Where a host is killed: an operation on the inner file system, the n-th of its kind. */
enum CrashPoint {
  BEFORE_THE_FILE_IS_MARKED(Operation.WRITE, "/.gptfs/journal/.*", 1, false),
  AFTER_THE_FILE_IS_MARKED(Operation.WRITE, "/.gptfs/journal/.*", 1, true),
  AFTER_THE_INPUT_IS_WRITTEN(Operation.WRITE, "/inbox/p.txt", 1, true),
  AFTER_THE_INPUT_IS_CLOSED(Operation.CLOSE, "/inbox/p.txt", 1, true),
  AFTER_THE_MARK_IS_REMOVED(Operation.WRITE, "/.gptfs/journal/.*", 2, true),
  BEFORE_SETTLING_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 3, false),
  AFTER_SETTLING_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 3, true),
  AFTER_PENDING_IS_PUBLISHED(Operation.RENAME, "/outbox/p_status.json", 1, true),
  BEFORE_THE_JOB_IS_ACCEPTED(Operation.WRITE, "/.gptfs/journal/.*", 4, false),
  AFTER_THE_JOB_IS_ACCEPTED(Operation.WRITE, "/.gptfs/journal/.*", 4, true),
  AFTER_THE_ACCEPTANCE_IS_SYNCED(Operation.FSYNC, "/.gptfs/journal/.*[0-9].*", 1, true),
  BEFORE_THE_CALL_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 5, false),
  AFTER_THE_CALL_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 5, true),
  BEFORE_THE_ANSWER_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 6, false),
  AFTER_THE_ANSWER_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 6, true),
  AFTER_THE_ANSWER_IS_SYNCED(Operation.FSYNC, "/.gptfs/journal/.*[0-9].*", 3, true),
  AFTER_THE_REVISION_IS_PUBLISHED(Operation.RENAME, "/outbox/.rev/p.1_response.txt", 2, true),
  BEFORE_THE_ANSWER_IS_PUBLISHED(Operation.LINK, "/outbox/p_response.txt", 1, false),
  AFTER_THE_ANSWER_IS_PUBLISHED(Operation.LINK, "/outbox/p_response.txt", 1, true),
  AFTER_COMPLETED_IS_PUBLISHED(Operation.FSYNC, "/outbox", 2, false),
  BEFORE_THE_END_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 7, false),
  AFTER_THE_END_IS_JOURNALLED(Operation.WRITE, "/.gptfs/journal/.*", 7, true);

  private final Operation operation;
  private final Pattern path;
  private final int occurrence;
  private final boolean after;

  CrashPoint(Operation operation, String path, int occurrence, boolean after) {
    this.operation = operation;
    this.path = Pattern.compile(path);
    this.occurrence = occurrence;
    this.after = after;
  }

  boolean matches(Call call) {
    var subject = call.target() == null ? call.path() : call.target();
    return call.operation() == operation && path.matcher(subject.toString()).matches();
  }

  int occurrence() {
    return occurrence;
  }

  boolean isAfter() {
    return after;
  }
}
