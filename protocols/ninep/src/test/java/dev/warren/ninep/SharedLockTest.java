package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.codec.MessageType;
import dev.warren.sqlfs.SqlfsPlugin;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.database.PostgresServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Byte-range locks on files in a database: they exclude all clients, or are refused. */
@Tag("slow")
class SharedLockTest {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int UNLOCK = 2;
  private static final int BLOCK = 1;
  private static final int SUCCESS = 0;
  private static final int BLOCKED = 1;

  @TempDir Path directory;

  private static FileSystem open(TestContext context, Map<String, ?> config) throws Exception {
    return TestContext.open(new SqlfsPlugin(), context, config);
  }

  private static Fids client(TestServer server) throws Exception {
    Fids client = new Fids(server.session());
    client.attach(ROOT, "/files", -1);
    client.walk(ROOT, FILE);
    return client;
  }

  private static Fids client(TestServer server, String file) throws Exception {
    Fids client = new Fids(server.session());
    client.attach(ROOT, "/files", -1);
    client.walk(ROOT, FILE, file);
    client.open(FILE, Fids.READ_WRITE);
    return client;
  }

  /** Neither host grants a lock that the other would not see. */
  @Test
  void twoHostsOfOneDatabaseRefuseLocks() throws Exception {
    Map<String, ?> shared =
        Map.of("database", PostgresServer.setting(PostgresServer.shared().database()));
    try (TestContext context = TestContext.in(directory);
        TestServer one = new TestServer().mount("/files", open(context, shared));
        TestServer other = new TestServer().mount("/files", open(context, shared))) {
      Fids first = client(one);
      first.create(FILE, "f", Fids.READ_WRITE);
      Fids second = client(other, "f");
      for (Fids client : new Fids[] {first, second, first}) {
        for (int type : new int[] {READ, WRITE}) {
          for (int flags : new int[] {0, BLOCK}) {
            assertThatThrownBy(() -> client.lock(FILE, type, flags))
                .isInstanceOfSatisfying(
                    FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOLCK));
            assertThatThrownBy(
                    () ->
                        client
                            .client()
                            .call(MessageType.TLOCK, Fids.lock(FILE, type, flags, 10, 5, 1)))
                .isInstanceOfSatisfying(
                    FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOLCK));
          }
        }
        // The kernel sends this when it closes a file.
        assertThat(client.lock(FILE, UNLOCK, 0)).isEqualTo(SUCCESS);
      }
      first.client().close();
      second.client().close();
    }
  }

  @Test
  void oneHostsDatabaseHasLocks() throws Exception {
    try (TestContext context = TestContext.in(directory);
        TestServer server = new TestServer().mount("/files", open(context, Map.of()))) {
      Fids first = client(server);
      first.create(FILE, "f", Fids.READ_WRITE);
      Fids second = client(server, "f");
      assertThat(first.lock(FILE, WRITE, 0)).isEqualTo(SUCCESS);
      assertThat(second.lock(FILE, READ, 0)).isEqualTo(BLOCKED);
      first.clunk(FILE);
      assertThat(second.lock(FILE, READ, 0)).isEqualTo(SUCCESS);
      first.client().close();
      second.client().close();
    }
  }
}
