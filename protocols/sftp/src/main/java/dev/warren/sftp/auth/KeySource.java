package dev.warren.sftp.auth;

import java.util.List;

/** A source of a user's keys. Thread-safe. May block for a disk. */
@FunctionalInterface
public interface KeySource {
  /** The current keys. */
  List<AuthorizedKey> keys();
}
