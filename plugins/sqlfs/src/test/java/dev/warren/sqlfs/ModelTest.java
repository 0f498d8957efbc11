package dev.warren.sqlfs;

import dev.warren.api.FileSystem;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemModelTest;
import dev.warren.testkit.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Random operations on one host's mount and on memfs, which must agree. */
class ModelTest extends FileSystemModelTest {
  @TempDir @Nullable Path directory;
  private final List<TestContext> contexts = new ArrayList<>();

  /** The empty database that a sequence of operations begins with. */
  DatabaseSettings database(Path own) throws Exception {
    return TestHost.sqlite(own);
  }

  /** How many hosts there are. */
  int hosts() {
    return 1;
  }

  @Override
  protected int sequences() {
    return 4;
  }

  @Override
  protected FileSystem createReference() {
    return new MemoryFileSystem();
  }

  @Override
  protected FileSystem createSubject() throws Exception {
    Path own = Files.createTempDirectory(Objects.requireNonNull(directory), "model");
    DatabaseSettings database = database(own);
    List<FileSystem> all = new ArrayList<>();
    for (int i = 0; i < hosts(); i++) {
      TestContext context = TestContext.in(own);
      contexts.add(context);
      all.add(
          TestHost.open(
              context,
              database,
              TestHost.settings(hosts() == 1 ? System::nanoTime : TestHost.forgetful())));
    }
    return new SyncedHosts(all);
  }

  @AfterEach
  void closeDatabases() {
    contexts.forEach(TestContext::close);
  }
}
