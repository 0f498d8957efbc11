package dev.warren.memfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTreeTest {
  private static final long LAST = Long.MAX_VALUE >>> ChunkTree.CHUNK_SHIFT;

  private final ChunkTree tree = new ChunkTree();

  @Test
  void anEmptyTreeIsAHole() {
    assertThat(tree.get(0)).isNull();
    assertThat(tree.get(LAST)).isNull();
    assertThat(tree.count()).isZero();
    assertThat(tree.removeFrom(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 65, 4095, 4096, (1L << 36) - 1, 1L << 36, LAST})
  void aChunkIsFoundOnlyWhereItWasPut(long index) {
    byte[] chunk = new byte[ChunkTree.CHUNK];
    tree.put(index, chunk);
    assertThat(tree.get(index)).isSameAs(chunk);
    assertThat(tree.get(index ^ 1)).isNull();
    assertThat(tree.get(index ^ (1L << 40))).isNull();
    assertThat(tree.count()).isEqualTo(1);
    assertThat(tree.removeFrom(index + 1)).isZero();
    assertThat(tree.removeFrom(index)).isEqualTo(1);
    assertThat(tree.get(index)).isNull();
  }

  @Test
  void itAgreesWithASortedMap() {
    Random random = new Random(20261123);
    NavigableMap<Long, byte[]> model = new TreeMap<>();
    for (int step = 0; step < 20_000; step++) {
      // Small indexes are more frequent than large ones, so that chunks are adjacent and the tree
      // grows now and then.
      long index = (random.nextLong() & LAST) >>> random.nextInt(51);
      switch (random.nextInt(20)) {
        case 0 -> {
          int removed = model.tailMap(index, true).size();
          model.tailMap(index, true).clear();
          assertThat(tree.removeFrom(index)).isEqualTo(removed);
        }
        case 1, 2, 3, 4 -> assertThat(tree.get(index)).isSameAs(model.get(index));
        default -> {
          if (!model.containsKey(index)) {
            byte[] chunk = new byte[0];
            model.put(index, chunk);
            tree.put(index, chunk);
          }
        }
      }
      assertThat(tree.count()).isEqualTo(model.size());
    }
    model.forEach((index, chunk) -> assertThat(tree.get(index)).isSameAs(chunk));
  }
}
