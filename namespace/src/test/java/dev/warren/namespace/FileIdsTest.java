package dev.warren.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestFiles;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
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
    for (int number : new int[] {1, 2, FileIds.MAX_NUMBER}) {
      FileIds ids = new FileIds(number);
      for (long id : plugin) {
        long seen = ids.visible(id);
        assertThat(seen).isPositive();
        assertThat(seen >>> 48).isEqualTo(number);
        assertThat(ids.visible(id)).isEqualTo(seen);
        assertThat(visible.add(seen)).as("%x", id).isTrue();
      }
    }
  }

  @Test
  void largeIdsAreTheSameInWhateverOrderTheyCome() {
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
    for (int i = 0; i < FileIds.MAX_NUMBER; i++) {
      int number = numbers.next(path);
      assertThat(number).isBetween(1, FileIds.MAX_NUMBER);
      assertThat(given.add(number)).isTrue();
      numbers.release(number);
    }
    assertThat(numbers.next(path)).isEqualTo(new MountNumbers().next(path)); // the oldest
  }
}
