package dev.warren.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FileIdsTest {
  @Test
  void idsOfAllSizesAreKeptApart() {
    Random random = new Random(5);
    Set<Long> plugin = new HashSet<>();
    for (long id : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 47, 1L << 48}) {
      plugin.add(id);
    }
    for (int i = 0; i < 100_000; i++) {
      plugin.add(random.nextLong() >> random.nextInt(64));
    }
    Set<Long> visible = new HashSet<>();
    for (int number : numbers(random)) {
      FileIds ids = new FileIds(number);
      for (long id : plugin) {
        long seen = ids.visible(id);
        assertThat(seen).isPositive();
        assertThat(ids.visible(id)).isEqualTo(seen);
        assertThat(visible.add(seen)).as("%x of mount %d", id, number).isTrue();
      }
    }
  }

  /** Returns all numbers at the borders of a layout, and some others. */
  private static Set<Integer> numbers(Random random) {
    Set<Integer> numbers = new TreeSet<>(Set.of(1, 2, 31, 32, 33, FileIds.MAX_NUMBER));
    for (int i = -1; i <= 1; i++) {
      numbers.add(FileIds.MAX_SHORT_NUMBER + i);
    }
    for (int i = 0; i < 3; i++) {
      numbers.add(1 + random.nextInt(FileIds.MAX_NUMBER));
    }
    return numbers;
  }

  /** Integers are exact in JavaScript up to this value, and its programs compare inode numbers. */
  @Test
  void smallIdsStayBelowTwoToThe53() throws FsException {
    Random random = new Random(7);
    MountNumbers numbers = new MountNumbers();
    for (int i = 0; i < 1000; i++) {
      FileIds ids = new FileIds(numbers.next(TestFiles.path("/mount-" + i)));
      for (int j = 0; j < 100; j++) {
        long id = random.nextLong() >>> (64 - FileIds.SHORT_ID_BITS + random.nextInt(40));
        long seen = ids.visible(id);
        assertThat((long) (double) seen).as("%x", id).isEqualTo(seen);
        assertThat(seen).as("%x", id).isLessThan(1L << 53);
        assertThat((double) seen).isNotEqualTo((double) ids.visible(id + 1));
      }
      assertThat(ids.visible(1L << FileIds.SHORT_ID_BITS)).isGreaterThan(1L << 53);
      assertThat(numbers.syntheticId(TestFiles.path("/directory-" + i)))
          .isBetween(1L, (1L << FileIds.SHORT_ID_BITS) - 1);
    }
  }

  @Test
  void largeIdsDoNotDependOnTheOrderOfLookUps() {
    FileIds one = new FileIds(3);
    FileIds other = new FileIds(3);
    assertThat(one.visible(-5)).isNotEqualTo(one.visible(-6));
    assertThat(other.visible(-6)).isEqualTo(one.visible(-6));
    assertThat(other.visible(-5)).isEqualTo(one.visible(-5));
  }

  @Test
  void memoryIsBounded() {
    FileIds ids = new FileIds(1);
    Set<Long> visible = new HashSet<>();
    int count = FileIds.REMEMBERED + 1000;
    for (long id = 1; id <= count; id++) {
      visible.add(ids.visible(-id));
    }
    assertThat(visible).hasSize(count);
    assertThat(ids.remembered()).isEqualTo(FileIds.REMEMBERED);
  }

  @Test
  void numbersComeFromThePathAndAreUsedOnce() throws FsException {
    VfsPath path = TestFiles.path("/a");
    MountNumbers numbers = new MountNumbers();
    assertThat(new MountNumbers().next(path)).isEqualTo(new MountNumbers().next(path));
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < FileIds.MAX_SHORT_NUMBER; i++) {
      int number = numbers.next(path);
      assertThat(number).isBetween(1, FileIds.MAX_SHORT_NUMBER);
      assertThat(given.add(number)).isTrue();
      numbers.release(number);
    }
    // the number that was released first
    assertThat(numbers.next(path)).isEqualTo(new MountNumbers().next(path));
  }

  @Test
  void allNumbersOfMountsCanBeInUseAtOnce() throws FsException {
    MountNumbers numbers = new MountNumbers();
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < FileIds.MAX_NUMBER; i++) {
      VfsPath path = TestFiles.path("/mount-" + i);
      int number = numbers.next(path);
      assertThat(number <= FileIds.MAX_SHORT_NUMBER).isEqualTo(i < FileIds.MAX_SHORT_NUMBER);
      assertThat(number).isBetween(1, FileIds.MAX_NUMBER);
      assertThat(given.add(number)).isTrue();
    }
    VfsPath more = TestFiles.path("/more");
    assertThatThrownBy(() -> numbers.next(more))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    numbers.release(FileIds.MAX_NUMBER);
    numbers.release(5);
    assertThat(numbers.next(more)).isEqualTo(5);
    assertThat(numbers.next(more)).isEqualTo(FileIds.MAX_NUMBER);
  }
}
