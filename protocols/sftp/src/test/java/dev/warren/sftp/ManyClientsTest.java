package dev.warren.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.TestFiles;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.common.SftpException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200 clients at once, each with 100 random operations in its directory, compared with a map of
 * arrays.
 */
@Tag("slow")
class ManyClientsTest {
  private static final int CLIENTS = 200;
  private static final int OPERATIONS = 100;
  private static final int NAMES = 8;

  /** Each login needs a key exchange; this many at a time stay below max_startups. */
  private static final int LOGINS = 16;

  @Test
  void manyClientsAgreeWithAModel(@TempDir Path state) throws Exception {
    KeyPair key = TestKeys.ed25519();
    FileSystem files = new MemoryFileSystem();
    try (RunningFrontEnd server =
            TestServer.start(
                files,
                state,
                Map.of(
                    "max_sessions_per_user",
                    CLIENTS,
                    "users",
                    List.of(Map.of("name", "user", "authorized_keys", TestKeys.line(key)))));
        TestClient client = new TestClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore logins = new Semaphore(LOGINS);
      List<Future<Map<String, byte[]>>> models = new ArrayList<>();
      for (int number = 0; number < CLIENTS; number++) {
        String directory = "/" + number;
        Random random = new Random(number);
        Callable<Map<String, byte[]>> work =
            () -> {
              logins.acquire();
              ClientSession session;
              try {
                session = client.logIn(server, "user", key, null);
              } finally {
                logins.release();
              }
              try (session;
                  SftpClient sftp = TestClient.sftp(session)) {
                return run(sftp, directory, random);
              }
            };
        models.add(threads.submit(work));
      }
      for (int number = 0; number < CLIENTS; number++) {
        Map<String, byte[]> model = models.get(number).get();
        for (Map.Entry<String, byte[]> entry : model.entrySet()) {
          byte[] content =
              TestFiles.read(files, TestFiles.path("/" + number + "/" + entry.getKey()));
          assertThat(content).isEqualTo(entry.getValue());
        }
        assertThat(TestFiles.names(files, TestFiles.path("/" + number)))
            .containsExactlyInAnyOrderElementsOf(model.keySet());
      }
    }
  }

  private static Map<String, byte[]> run(SftpClient sftp, String directory, Random random)
      throws Exception {
    Map<String, byte[]> model = new HashMap<>();
    sftp.mkdir(directory);
    for (int i = 0; i < OPERATIONS; i++) {
      String name = "f" + random.nextInt(NAMES);
      String path = directory + "/" + name;
      byte[] now = model.get(name);
      switch (random.nextInt(6)) {
        case 0, 1 -> model.put(name, write(sftp, path, now, random));
        case 2 -> {
          boolean removed = succeeds(() -> sftp.remove(path));
          assertThat(removed).isEqualTo(model.remove(name) != null);
        }
        case 3 -> {
          String other = "f" + random.nextInt(NAMES);
          boolean renamed = succeeds(() -> sftp.rename(path, directory + "/" + other));
          assertThat(renamed).isEqualTo(now != null && !model.containsKey(other));
          if (renamed) {
            model.put(other, now);
            model.remove(name);
          }
        }
        case 4 -> {
          TreeMap<String, Long> listed = new TreeMap<>();
          for (SftpClient.DirEntry entry : sftp.readDir(directory)) {
            if (!entry.getFilename().startsWith(".")) {
              listed.put(entry.getFilename(), entry.getAttributes().getSize());
            }
          }
          TreeMap<String, Long> expected = new TreeMap<>();
          model.forEach((n, content) -> expected.put(n, (long) content.length));
          assertThat(listed).isEqualTo(expected);
        }
        default -> {
          if (now != null) {
            try (var in = sftp.read(path)) {
              assertThat(in.readAllBytes()).isEqualTo(now);
            }
          }
        }
      }
    }
    return model;
  }

  /** Writes at a random offset into the existing content, or to a new file. */
  private static byte[] write(SftpClient sftp, String path, byte[] now, Random random)
      throws Exception {
    byte[] data = new byte[random.nextInt(5000)];
    random.nextBytes(data);
    int offset = now == null ? 0 : random.nextInt(now.length + 100);
    byte[] before = now == null ? new byte[0] : now;
    byte[] after =
        data.length == 0
            ? before
            : Arrays.copyOf(before, Math.max(before.length, offset + data.length));
    System.arraycopy(data, 0, after, data.length == 0 ? 0 : offset, data.length);
    try (var handle = sftp.open(path, OpenMode.Write, OpenMode.Create)) {
      if (data.length > 0) {
        sftp.write(handle, offset, data, 0, data.length);
      }
    }
    return after;
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static boolean succeeds(Attempt attempt) throws Exception {
    try {
      attempt.run();
      return true;
    } catch (SftpException e) {
      return false;
    }
  }
}
