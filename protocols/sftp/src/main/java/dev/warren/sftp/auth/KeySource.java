package dev.warren.sftp.auth;

import java.util.List;

/** Where a user's keys come from. Thread-safe. May wait for a disk. */
@FunctionalInterface
public interface KeySource {
  /** The keys as they are now. */
  List<AuthorizedKey> keys();
}
