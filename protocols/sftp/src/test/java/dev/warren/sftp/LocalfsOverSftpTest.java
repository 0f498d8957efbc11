package dev.warren.sftp;

import dev.warren.api.FileSystem;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The contract over localfs. */
@Tag("slow")
class LocalfsOverSftpTest extends OverSftp {
  @Override
  protected FileSystem createServed(Path emptyDirectory) throws Exception {
    return TestContext.open(
        new LocalfsPlugin(),
        TestContext.in(emptyDirectory),
        Map.of("local_dir", emptyDirectory.toString()));
  }

  @Override
  public Set<Gap> gaps() {
    Set<Gap> gaps = EnumSet.copyOf(super.gaps());
    if (!System.getProperty("user.name").equals("root")) {
      gaps.add(Gap.OWNERSHIP);
    }
    return gaps;
  }
}
