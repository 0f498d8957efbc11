package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Fids.Entry;
import dev.warren.ninep.client.Fids.Qid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Qids of the host's files. Linux shows {@code qid.path} as the inode number, which tar, {@code
 * rsync -H} and git rely on: two files must not share a number, and one file must keep its own.
 */
class QidTest {
  private static final int ROOT = 1;

  @TempDir Path directory;

  @BeforeEach
  void files() throws Exception {
    for (String each : List.of("one", "two")) {
      Files.createDirectories(directory.resolve(each).resolve("d"));
      Files.writeString(directory.resolve(each).resolve("d/f"), "text");
    }
  }

  private TestServer serve(String... mounts) throws Exception {
    TestServer server = new TestServer();
    for (String mount : mounts) {
      server.mount("/" + mount, TestServer.localfs(directory.resolve(mount)));
    }
    return server;
  }

  /** The qids of all files on a path, from a walk, from listings and from attributes. */
  private static List<Object> seen(TestServer server, String mount) throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "", -1);
    List<Object> seen = new ArrayList<>(fids.walk(ROOT, 2, mount, "d", "f"));
    seen.add(fids.stat(2).fileId());
    seen.add(fids.open(2, Fids.READ_ONLY));
    for (String[] names : new String[][] {{}, {mount}, {mount, "d"}}) {
      fids.walk(ROOT, 3, names);
      fids.open(3, Fids.READ_ONLY);
      fids.readdir(3, 0, 8000).stream()
          .filter(entry -> List.of(mount, "d", "f", ".").contains(entry.name()))
          .map(Entry::path)
          .forEach(seen::add);
      fids.clunk(3);
    }
    fids.client().close();
    return seen;
  }

  @Test
  void qidsAreTheSameAfterARestart() throws Exception {
    List<Object> before;
    try (TestServer server = serve("one", "two")) {
      before = seen(server, "one");
      assertThat(seen(server, "one")).isEqualTo(before);
    }
    try (TestServer server = serve("one", "two")) {
      assertThat(seen(server, "one")).isEqualTo(before);
    }
    // The qids do not depend on the other mounts and their order either.
    try (TestServer server = serve("two", "one")) {
      assertThat(seen(server, "one")).isEqualTo(before);
    }
    try (TestServer server = serve("one")) {
      assertThat(seen(server, "one")).isEqualTo(before);
    }
  }

  @Test
  void aChangeWhileTheServerIsDownChangesTheVersionOfTheFile() throws Exception {
    Qid before;
    try (TestServer server = serve("one")) {
      before = file(server, "one");
    }
    Files.writeString(directory.resolve("one/d/f"), "changed");
    try (TestServer server = serve("one")) {
      Qid after = file(server, "one");
      assertThat(after.path()).isEqualTo(before.path());
      assertThat(after.version()).isNotEqualTo(before.version()).isNotZero();
    }
  }

  /** Even the same inode counts as another file in a second mount. */
  @Test
  void filesOfTwoMountsNeverShareAQid() throws Exception {
    Files.delete(directory.resolve("two/d/f"));
    Files.createLink(directory.resolve("two/d/f"), directory.resolve("one/d/f"));
    try (TestServer server = serve("one", "two")) {
      server.mount("/again", TestServer.localfs(directory.resolve("one")));
      server.mount("/memory", new MemoryFileSystem());
      List<Long> paths = new ArrayList<>();
      Fids fids = new Fids(server.session());
      fids.attach(ROOT, "", -1);
      for (String mount : List.of("one", "two", "again")) {
        fids.walk(ROOT, 2, mount, "d", "f").stream().map(Qid::path).forEach(paths::add);
        fids.clunk(2);
      }
      paths.add(fids.walk(ROOT, 2, "memory").getFirst().path());
      paths.add(fids.stat(ROOT).fileId());
      assertThat(paths).hasSize(11).doesNotHaveDuplicates().allMatch(path -> path > 0);
      fids.client().close();
    }
  }

  /** The host's own directories have no content that a client could cache. */
  @Test
  void directoriesOfTheNamespaceHaveTheVersionZero() throws Exception {
    try (TestServer server = serve("one")) {
      Fids fids = new Fids(server.session());
      assertThat(fids.attach(ROOT, "", -1).version()).isZero();
      assertThat(file(server, "one").version()).isNotZero();
      fids.client().close();
    }
  }

  private static Qid file(TestServer server, String mount) throws Exception {
    Fids fids = new Fids(server.session());
    fids.attach(ROOT, "", -1);
    Qid qid = walked(fids, mount);
    fids.client().close();
    return qid;
  }

  private static Qid walked(Fids fids, String mount) throws FsException {
    return fids.walk(ROOT, 2, mount, "d", "f").getLast();
  }
}
