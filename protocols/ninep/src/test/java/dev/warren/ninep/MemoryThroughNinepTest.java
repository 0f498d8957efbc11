package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for memfs as a 9P client sees it. */
@Tag("slow")
class MemoryThroughNinepTest extends FileSystemContract {
  private static TestServer server;

  @BeforeAll
  static void serve() throws Exception {
    server = new TestServer().mount("/files", new MemoryFileSystem());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected FileSystem createFileSystem() throws Exception {
    return server.client("/files");
  }

  @Override
  public Set<Gap> gaps() {
    return ThroughNinep.GAPS;
  }

  @Override
  public int manyEntries() {
    return ThroughNinep.MANY_ENTRIES;
  }
}
