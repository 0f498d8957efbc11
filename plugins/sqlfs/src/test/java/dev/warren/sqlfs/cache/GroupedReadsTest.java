package dev.warren.sqlfs.cache;

import static dev.warren.testkit.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.sqlfs.inode.InodeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reads of files that share a query. */
class GroupedReadsTest {
  private final AtomicInteger queries = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final AtomicInteger failing = new AtomicInteger();
  private final GroupedReads reads = new GroupedReads(this::query);

  /** The first query waits, so that others gather behind it. Files with odd IDs exist. */
  private Map<Long, InodeRow> query(List<Long> ids) throws FsException {
    int number = queries.incrementAndGet();
    if (number == 1) {
      begun.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    if (number == failing.get()) {
      throw new FsException(Errno.EIO);
    }
    return ids.stream()
        .distinct()
        .filter(id -> id % 2 == 1)
        .collect(Collectors.toMap(id -> id, GroupedReadsTest::row));
  }

  private static InodeRow row(long id) {
    return new InodeRow(id, FileType.REGULAR, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private FutureTask<@Nullable InodeRow> ask(long id) {
    FutureTask<@Nullable InodeRow> asked = new FutureTask<>(() -> reads.read(id));
    Thread thread = new Thread(asked);
    thread.start();
    await().until(() -> thread.getState() == Thread.State.WAITING);
    return asked;
  }

  @Test
  void readsThatWaitShareAQuery() throws Exception {
    FutureTask<@Nullable InodeRow> first = ask(1);
    begun.await();
    List<FutureTask<@Nullable InodeRow>> others = new ArrayList<>();
    for (long id = 1; id <= 20; id++) {
      others.add(ask(id));
    }
    goesOn.countDown();
    assertThat(first.get()).isEqualTo(row(1));
    for (int i = 0; i < others.size(); i++) {
      assertThat(others.get(i).get()).isEqualTo(i % 2 == 0 ? row(i + 1) : null);
    }
    assertThat(queries).hasValue(2);
  }

  @Test
  void aFailureConcernsThoseThatWaitForTheQuery() throws Exception {
    FutureTask<@Nullable InodeRow> first = ask(1);
    begun.await();
    FutureTask<@Nullable InodeRow> second = ask(3);
    FutureTask<@Nullable InodeRow> third = ask(5);
    failing.set(2);
    goesOn.countDown();
    assertThat(first.get()).isEqualTo(row(1));
    for (FutureTask<@Nullable InodeRow> one : List.of(second, third)) {
      assertThatThrownBy(one::get).hasCauseInstanceOf(FsException.class);
    }
    assertThat(queries).hasValue(2);
    assertThat(reads.read(7)).isEqualTo(row(7));
  }
}
