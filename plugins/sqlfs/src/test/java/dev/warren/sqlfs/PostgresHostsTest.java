package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two hosts that share a PostgreSQL database see of each other's changes. */
@Tag("slow")
class PostgresHostsTest extends TwoHostsTest {
  @Override
  DatabaseSettings settings() throws Exception {
    return TestHost.postgres();
  }

  @Test
  void theMountGoesOnWhenTheServerDoes(@TempDir Path own) throws Exception {
    try (PostgresServer server = PostgresServer.startOwn();
        TestContext context = TestContext.in(own)) {
      DatabaseSettings settings =
          new DatabaseSettings(
              server.database(), PostgresServer.USER, new Secret(PostgresServer.PASSWORD), false);
      try (FileSystem fs = TestHost.open(context, settings, TestHost.settings(System::nanoTime))) {
        assertThat(fs.isShared()).isTrue();
        TestFiles.write(fs, path("/f"), "before");
        server.stop();
        assertThatThrownBy(() -> fs.mkdir(path("/d"), 0755))
            .isInstanceOfSatisfying(
                FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
        server.start();
        await().until(() -> canMake(fs, path("/d")));
        TestFiles.write(fs, path("/g"), "after");
        assertThat(TestFiles.readText(fs, path("/f"))).isEqualTo("before");
        assertThat(TestFiles.readText(fs, path("/g"))).isEqualTo("after");
      }
    }
  }

  private static boolean canMake(FileSystem fs, VfsPath directory) throws FsException {
    try {
      fs.mkdir(directory, 0755);
      return true;
    } catch (FsException e) {
      if (e.errno() != Errno.EIO) {
        throw e;
      }
      return false;
    }
  }
}
