package dev.warren.sqlfs;

import dev.warren.api.FileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What every file system must do, of which sqlfs lacks nothing: in a file of SQLite's. */
class SqliteContractTest extends FileSystemContract {
  @TempDir @Nullable Path directory;
  private @Nullable TestContext context;

  @Override
  protected FileSystem createFileSystem() throws Exception {
    context = TestContext.in(Objects.requireNonNull(directory));
    return TestContext.open(new SqlfsPlugin(), context, Map.of());
  }

  /** Each takes a commit. */
  @Override
  public int manyEntries() {
    return 3_000;
  }

  @AfterEach
  void closeDatabase() {
    Objects.requireNonNull(context).close();
  }
}
