package dev.warren.sftp;

import dev.warren.api.FileSystem;
import dev.warren.localfs.LocalfsPlugin;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The contract over localfs. */
@Tag("slow")
class LocalfsOverSftpTest extends RemoteContract {
  @Override
  FileSystem open(Path directory) throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    return TestContext.open(
        new LocalfsPlugin(), TestContext.in(directory), Map.of("local_dir", files.toString()));
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
