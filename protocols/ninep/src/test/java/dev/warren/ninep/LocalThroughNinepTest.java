package dev.warren.ninep;

import dev.warren.api.FileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for localfs as a 9P client sees it. */
@Tag("slow")
class LocalThroughNinepTest extends ThroughNinep {
  @Override
  protected FileSystem createServed(Path emptyDirectory) throws Exception {
    return TestServer.localfs(emptyDirectory);
  }
}
