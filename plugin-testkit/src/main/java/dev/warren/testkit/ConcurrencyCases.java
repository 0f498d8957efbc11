package dev.warren.testkit;

import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTEMPTY;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Guarantees for concurrent threads. */
interface ConcurrencyCases extends ContractCases {

  /** Runs a call and returns its error; null for success. */
  private static @Nullable Errno outcome(FsCall call) {
    try {
      call.run();
      return null;
    } catch (FsException e) {
      return e.errno();
    }
  }

  private void checkOneWinner(List<Optional<Errno>> outcomes, Errno... losers) {
    assertThat(outcomes).containsOnlyOnce(Optional.empty());
    List<Errno> seen = Arrays.stream(losers).map(this::visible).toList();
    assertThat(outcomes.stream().flatMap(Optional::stream)).isSubsetOf(seen);
  }

  @Test
  default void oneOfManyExclusiveCreationsWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      VfsPath path = at("f" + round);
      OpenOptions options = OpenOptions.WRITE.withExclusive();
      List<Optional<Errno>> outcomes =
          Race.results(
              8,
              index -> Optional.ofNullable(outcome(() -> fs().open(path, options, 0644).close())));
      checkOneWinner(outcomes, EEXIST);
    }
  }

  @Test
  default void oneOfManyMkdirsWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      VfsPath path = at("d" + round);
      checkOneWinner(
          Race.results(8, index -> Optional.ofNullable(outcome(() -> fs().mkdir(path, 0755)))),
          EEXIST);
    }
  }

  @Test
  default void oneOfManyUnlinksWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      VfsPath path = file("f", "");
      checkOneWinner(
          Race.results(8, index -> Optional.ofNullable(outcome(() -> fs().unlink(path)))), ENOENT);
    }
  }

  @Test
  default void oneOfManyRenamesOfAFileWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      VfsPath from = file("f", "content");
      String prefix = "to-" + round + "-";
      checkOneWinner(
          Race.results(
              8,
              index ->
                  Optional.ofNullable(outcome(() -> fs().rename(from, at(prefix + index), true)))),
          ENOENT);
      List<String> moved =
          TestFiles.names(fs(), dir()).stream().filter(n -> n.startsWith(prefix)).toList();
      assertThat(moved).hasSize(1);
      assertThat(text(moved.getFirst())).isEqualTo("content");
    }
  }

  @Test
  default void oneOfManyRenamesToAFreeNameWins() throws Exception {
    if (lacks(Gap.RENAME_NOREPLACE)) {
      VfsPath from = file("f", "");
      fails(() -> fs().rename(from, at("g"), false), EOPNOTSUPP);
      return;
    }
    for (int round = 0; round < 20; round++) {
      VfsPath to = at("to-" + round);
      for (int index = 0; index < 8; index++) {
        file("from-" + index, "" + index);
      }
      checkOneWinner(
          Race.results(
              8,
              index ->
                  Optional.ofNullable(outcome(() -> fs().rename(at("from-" + index), to, false)))),
          EEXIST);
      assertThat(TestFiles.names(fs(), dir())).hasSize(8 + round);
    }
  }

  @Test
  default void aNameThatIsReplacedIsNeverMissing() throws Exception {
    file("f", "0".repeat(100));
    AtomicBoolean done = new AtomicBoolean();
    Race.run(
        3,
        index -> {
          if (index == 0) {
            try {
              for (int round = 0; round < 100; round++) {
                file("new", ("" + round % 10).repeat(100));
                fs().rename(at("new"), at("f"), true);
              }
            } finally {
              done.set(true);
            }
            return;
          }
          while (!done.get()) {
            String content = text("f");
            assertThat(content).hasSize(100).isEqualTo(content.substring(0, 1).repeat(100));
          }
        });
  }

  @Test
  default void writersOfDifferentPartsDoNotDisturbEachOther() throws Exception {
    int part = 10_000;
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE.withCreate(), 0644)) {
      Race.run(
          8,
          index -> {
            ByteBuffer source = ByteBuffer.allocate(100);
            Arrays.fill(source.array(), (byte) ('a' + index));
            for (int at = part - 100; at >= 0; at -= 100) {
              assertThat(file.write(source.clear(), (long) index * part + at)).isEqualTo(100);
            }
          });
      byte[] content = TestFiles.read(file);
      assertThat(content).hasSize(8 * part);
      for (int i = 0; i < content.length; i++) {
        assertThat(content[i]).isEqualTo((byte) ('a' + i / part));
      }
    }
  }

  @Test
  default void readersSeeOnlyWhatWasWritten() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    fs().open(at("f"), OpenOptions.WRITE.withCreate(), 0644).close();
    Race.run(
        4,
        index -> {
          if (index == 0) {
            try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE.withAppend(), 0)) {
              for (int round = 0; round < 200; round++) {
                file.write(bytes("0123456789".repeat(37)), 0);
              }
            } finally {
              done.set(true);
            }
            return;
          }
          try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
            while (!done.get()) {
              long start = Math.max(0, file.stat().size() - 1000) / 10 * 10;
              byte[] tail = TestFiles.read(file, start, 2000);
              for (int i = 0; i < tail.length; i++) {
                assertThat(tail[i]).isEqualTo((byte) ('0' + i % 10));
              }
            }
          }
        });
    assertThat(fs().stat(at("f")).size()).isEqualTo(200 * 370);
  }

  @Test
  default void directoriesNeverEndUpInsideThemselves() throws Exception {
    for (int round = 0; round < 30; round++) {
      VfsPath a = directory("a" + round);
      VfsPath b = directory("b" + round);
      VfsPath intoB = b.resolve("a");
      VfsPath intoA = a.resolve("b");
      List<Optional<Errno>> outcomes =
          Race.results(
              2,
              index ->
                  Optional.ofNullable(
                      index == 0
                          ? outcome(() -> fs().rename(a, intoB, true))
                          : outcome(() -> fs().rename(b, intoA, true))));
      // EINVAL for a thread that had found both directories before the other one moved one of them
      checkOneWinner(outcomes, ENOENT, EINVAL);
      assertThat(TestFiles.exists(fs(), intoB)).isNotEqualTo(TestFiles.exists(fs(), intoA));
    }
  }

  @Test
  default void aDirectoryIsRemovedOrGetsAnEntryButNotBoth() throws Exception {
    for (int round = 0; round < 40; round++) {
      VfsPath directory = directory("d" + round);
      VfsPath entry = directory.resolve("f");
      List<Optional<Errno>> outcomes =
          Race.results(
              2,
              index ->
                  Optional.ofNullable(
                      index == 0
                          ? outcome(() -> fs().rmdir(directory))
                          : outcome(() -> TestFiles.write(fs(), entry, "content"))));
      if (outcomes.get(0).isEmpty()) {
        assertThat(outcomes.get(1)).contains(visible(ENOENT));
        assertThat(TestFiles.exists(fs(), directory)).isFalse();
      } else {
        assertThat(outcomes.get(0)).contains(visible(ENOTEMPTY));
        assertThat(outcomes.get(1)).isEmpty();
        assertThat(TestFiles.readText(fs(), entry)).isEqualTo("content");
      }
    }
  }

  @Test
  default void linksAreCountedRightWhileManyComeAndGo() throws Exception {
    VfsPath path = file("f", "content");
    if (lacks(Gap.HARD_LINKS)) {
      fails(() -> fs().link(path, at("g")), EOPNOTSUPP);
      return;
    }
    Race.rounds(
        4,
        40,
        (index, round) -> {
          fs().link(path, at("link-" + index));
          fs().unlink(at("link-" + index));
        });
    assertThat(fs().stat(path).linkCount()).isEqualTo(1);
    assertThat(TestFiles.names(fs(), dir())).containsExactly("f");
  }

  @Test
  default void treesOfManyThreadsDoNotMix() throws Exception {
    Race.run(
        6,
        index -> {
          VfsPath mine = directory("thread-" + index);
          for (int round = 0; round < 20; round++) {
            VfsPath sub = mine.resolve("d" + round);
            fs().mkdir(sub, 0755);
            TestFiles.write(fs(), sub.resolve("f"), index + "/" + round);
            fs().rename(sub, mine.resolve("e" + round), true);
          }
        });
    for (int index = 0; index < 6; index++) {
      for (int round = 0; round < 20; round++) {
        assertThat(text("thread-" + index + "/e" + round + "/f")).isEqualTo(index + "/" + round);
      }
    }
  }
}
