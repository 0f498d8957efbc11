package dev.warren.gptfs.store;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Reason;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Prevents version 0.1 from using a directory whose jobs are in a database. Version 0.1 does not
 * know the database: it would find no jobs, and pay for each prompt again. A file replaces the
 * directory in which version 0.1 kept its journal. Version 0.1 then fails to list that directory
 * (ENOTDIR) and does not open the instance; its message contains the path of the file, and the file
 * says what to do.
 */
public final class DowngradeGuard {
  private static final String TEXT =
      """
      The jobs of this gptfs are in a database, which version 0.1 of Warren does not know. It would
      send all prompts again. This file, in place of the journal of version 0.1, prevents that: do
      not remove it.

      Use version 0.2 or newer. To go back to version 0.1, restore the backup that was made before
      the upgrade. See "Downgrade" in docs/operations.md.
      """;

  private DowngradeGuard() {}

  /**
   * Creates the file unless something exists at its path. If that fails, for example because the
   * disk is full, the next start tries again.
   *
   * @param journal the path at which version 0.1 expects its journal
   * @param durable whether the file is on stable storage when this returns
   */
  public static void create(FileSystem files, VfsPath journal, boolean durable, System.Logger log) {
    try {
      if (!Files.isThere(files, journal)) {
        Files.makeDirectories(files, journal.parentOrRoot());
        write(files, journal);
        if (durable) { // the name is enough: version 0.1 also fails if the file is empty
          Files.syncDirectory(files, journal.parentOrRoot());
        }
      }
    } catch (FsException e) {
      if (e.errno() != Errno.EEXIST) { // otherwise another host has created it
        log.log(
            System.Logger.Level.WARNING,
            "{0}, which prevents the use by version 0.1, cannot be created: {1}",
            journal,
            Reason.of(e));
      }
    }
  }

  private static void write(FileSystem files, VfsPath journal) throws FsException {
    try (OpenFile file = files.open(journal, OpenOptions.WRITE.withExclusive(), 0600)) {
      Files.writeFully(file, ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }
}
