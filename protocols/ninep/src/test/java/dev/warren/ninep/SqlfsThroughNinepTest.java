package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.sqlfs.SqlfsPlugin;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for sqlfs on SQLite as a 9P client sees it. */
@Tag("slow")
class SqlfsThroughNinepTest extends ThroughNinep {
  /** Closed after the server, whose files are in a database of this context. */
  @AutoClose private @Nullable TestContext context;

  /** Where the files are stored, as a configuration names it. */
  Map<String, ?> database() throws Exception {
    return Map.of();
  }

  @Override
  protected FileSystem createServed(Path emptyDirectory) throws Exception {
    context = TestContext.in(emptyDirectory);
    return TestContext.open(new SqlfsPlugin(), context, database());
  }

  /** Each takes a commit. */
  @Override
  public int manyEntries() {
    return 1_000;
  }
}
