package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.testkit.Gap;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The contract of file systems, for localfs as a 9P client sees it. */
@Tag("slow")
class LocalThroughNinepTest extends ThroughNinep {
  @Override
  protected FileSystem createServed(Path emptyDirectory) throws Exception {
    return TestServer.localfs(emptyDirectory);
  }

  /** Only root may change owners. */
  @Override
  public Set<Gap> gaps() {
    Set<Gap> gaps = EnumSet.copyOf(super.gaps());
    if (!System.getProperty("user.name").equals("root")) {
      gaps.add(Gap.OWNERSHIP);
    }
    return gaps;
  }
}
