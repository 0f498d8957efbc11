package dev.warren.sqlfs;

import dev.warren.api.FileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of file systems, without gaps, in an SQLite file. */
class SqliteContractTest extends FileSystemContract {
  private static @Nullable TestContext context;

  /** One database for all cases: each case has a directory of its own. */
  @BeforeAll
  static void makeContext(@TempDir Path directory) {
    context = TestContext.in(directory);
  }

  @Override
  protected FileSystem createFileSystem() throws Exception {
    return TestContext.open(new SqlfsPlugin(), Objects.requireNonNull(context), Map.of());
  }

  /** Creating an entry takes a commit. */
  @Override
  public int manyEntries() {
    return 3_000;
  }

  @AfterAll
  static void closeDatabase() {
    Objects.requireNonNull(context).close();
  }
}
