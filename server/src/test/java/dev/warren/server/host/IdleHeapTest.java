package dev.warren.server.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleHeapTest {
  private static final long MIB = 1 << 20;

  /** A heap that each full collection shrinks to twice its live bytes. */
  private static final class TestHeap implements IdleHeap.Heap {
    private long committed = 400 * MIB;
    private long alive = 20 * MIB;
    private long collections;
    private int full;

    @Override
    public long committed() {
      return committed;
    }

    @Override
    public long used() {
      return alive;
    }

    @Override
    public long collections() {
      return collections;
    }

    @Override
    public void collect() {
      collections++;
      full++;
      committed = 2 * alive;
    }
  }

  private final TestHeap heap = new TestHeap();
  private final IdleHeap idle = new IdleHeap(heap);

  @Test
  void anIdleHostReturnsMemory() {
    heap.collections++;
    idle.look();
    assertThat(heap.full).isZero();
    idle.look();
    assertThat(heap.full).isEqualTo(1);
    assertThat(heap.committed).isEqualTo(40 * MIB);
  }

  @Test
  void aBusyHostIsLeftAlone() {
    for (int i = 0; i < 10; i++) {
      heap.collections++;
      idle.look();
    }
    assertThat(heap.full).isZero();
  }

  @Test
  void aSmallHeapIsLeftAlone() {
    heap.committed = IdleHeap.SMALL;
    idle.look();
    idle.look();
    assertThat(heap.full).isZero();
  }

  /**
   * The heap is collected once, even if that returned nothing: without another collection there is
   * no new garbage.
   */
  @Test
  void itIsDoneOnceAfterEachLoad() {
    heap.alive = 100 * MIB;
    for (int i = 0; i < 10; i++) {
      idle.look();
    }
    assertThat(heap.full).isEqualTo(1);
    heap.collections++;
    for (int i = 0; i < 10; i++) {
      idle.look();
    }
    assertThat(heap.full).isEqualTo(2);
  }

  /** A host has many live bytes if, for example, large contents are in memory. */
  @Test
  void manyLiveBytesAreNotCollectedAgain() {
    heap.alive = IdleHeap.MANY_ALIVE + 1;
    for (int i = 0; i < 10; i++) {
      heap.collections += i % 2;
      idle.look();
    }
    assertThat(heap.full).isEqualTo(1);
  }

  /** The live bytes may have become garbage by then. */
  @Test
  void manyLiveBytesAreCollectedAgainMuchLater() {
    heap.alive = IdleHeap.MANY_ALIVE + 1;
    idle.look();
    heap.alive = 20 * MIB;
    heap.committed = 400 * MIB;
    heap.collections++;
    for (int i = 0; i < IdleHeap.RARELY; i++) {
      idle.look();
    }
    assertThat(heap.full).isEqualTo(2);
  }
}
