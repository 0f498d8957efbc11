package dev.warren.gptfs.publish;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import java.util.Optional;

/** The names of what is published for a job, below the outbox. */
public enum Names {
  /** The answer's text. */
  RESPONSE("_response.txt"),
  /** The whole response of the endpoint. */
  DOCUMENT("_response.json"),
  /** The job's status. */
  STATUS("_status.json"),
  /** A batch's answers. */
  OUTPUT("_output.jsonl"),
  /** A batch's failures. */
  ERRORS("_errors.jsonl"),
  /** The text of a stream so far. */
  PARTIAL("_partial.txt");

  /** The directory of the kept revisions, beside the newest answers. */
  public static final String REVISIONS = ".rev";

  /**
   * The longest name in the inbox, in bytes: its longest name in the outbox, that of a revision
   * with nine digits, must not exceed 255 bytes.
   */
  public static final int MAX_SOURCE_BYTES = 255 - ".123456789".length() - 13 - "~99".length();

  private final String suffix;

  Names(String suffix) {
    this.suffix = suffix;
  }

  /** What follows the base. */
  public String suffix() {
    return suffix;
  }

  /** The path of a base's file below a root. */
  public VfsPath path(VfsPath root, String base) throws FsException {
    return root.resolveText(base + suffix);
  }

  /** The path of one revision of a base's file below a root. */
  public VfsPath revision(VfsPath root, String base, int revision) throws FsException {
    VfsPath newest = root.resolveText(base);
    return newest
        .parentOrRoot()
        .resolve(REVISIONS)
        .resolve(newest.name() + "." + revision + suffix);
  }

  /** The kind of file that a name belongs to; empty if it is none of these. */
  public static Optional<Names> of(String name) {
    for (Names kind : values()) {
      if (name.endsWith(kind.suffix)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
