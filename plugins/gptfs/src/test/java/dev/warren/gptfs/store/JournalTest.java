package dev.warren.gptfs.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.Conditions;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The log of jobs: rotation, cleaning, torn ends, failing disks. */
class JournalTest {
  private final AtomicReference<String> unable = new AtomicReference<>();
  private static final int SEGMENT = 4096;
  private static final VfsPath DIRECTORY = path("/journal");

  private final MemoryFileSystem disk = new MemoryFileSystem();

  private static VfsPath path(String text) {
    try {
      return VfsPath.parse(text);
    } catch (FsException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Journal open(FileSystem files) throws FsException {
    return open(files, SEGMENT);
  }

  private Journal open(FileSystem files, int segmentBytes) throws FsException {
    return new Journal(
        files, DIRECTORY, true, unable::set, System.getLogger("journal-test"), segmentBytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> jobs(Journal journal) throws FsException {
    return journal.load().jobs().stream().map(job -> new String(job, UTF_8)).sorted().toList();
  }

  private List<String> segments() throws FsException {
    return Files.names(disk, DIRECTORY).stream().sorted().toList();
  }

  @Test
  void whatIsLiveSurvivesAnyNumberOfRotationsInBoundedSpace() throws Exception {
    Map<String, String> descriptions = new HashMap<>();
    Map<String, String> requests = new HashMap<>();
    Random random = new Random(3);
    long largest = 0;
    for (int round = 0; round < 5; round++) {
      try (Journal journal = open(disk)) {
        journal.unfinished("half/written.txt", true);
        for (int i = 0; i < 2000; i++) {
          String id = "job" + random.nextInt(20);
          if (random.nextInt(10) == 0) {
            journal.delete(id);
            descriptions.remove(id);
            requests.remove(id);
          } else {
            String description = id + " " + round + " " + i;
            boolean withRequest = random.nextBoolean();
            String request = "request of " + description + "x".repeat(random.nextInt(50));
            journal.save(
                id,
                bytes(description),
                withRequest ? Map.of(JobStore.REQUEST, bytes(request)) : Map.of(),
                false);
            descriptions.put(id, description);
            if (withRequest) {
              requests.put(id, request);
            }
          }
          largest = Math.max(largest, journal.size());
        }
      }
      try (Journal journal = open(disk)) {
        assertThat(jobs(journal))
            .containsExactlyElementsOf(descriptions.values().stream().sorted().toList());
        for (String id : descriptions.keySet()) {
          byte[] request = journal.read(id, JobStore.REQUEST);
          assertThat(request == null ? null : new String(request, UTF_8))
              .isEqualTo(requests.get(id));
        }
        assertThat(journal.load().unfinished()).containsExactly("half/written.txt");
      }
    }
    assertThat(largest).as("of some 700 KiB that were written").isLessThan(20L * SEGMENT);
    assertThat(segments().size()).isLessThan(20);
  }

  @Test
  void readersFindPartsThatAreCleanedAwayUnderThem() throws Exception {
    try (Journal journal = open(disk);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      journal.save("kept", bytes("kept"), Map.of(JobStore.REQUEST, bytes("the request")), false);
      CountDownLatch begun = new CountDownLatch(1);
      AtomicBoolean end = new AtomicBoolean();
      var reader =
          threads.submit(
              () -> {
                int read = 0;
                while (!end.get()) {
                  assertThat(journal.read("kept", JobStore.REQUEST))
                      .asString()
                      .isEqualTo("the request");
                  read++;
                  begun.countDown();
                }
                return read;
              });
      begun.await();
      for (int i = 0; i < 3000; i++) {
        journal.save("other", bytes("other " + i), Map.of(), false);
      }
      end.set(true);
      assertThat(reader.get()).isPositive();
      assertThat(segments()).doesNotContain("00000001.journal");
    }
  }

  @Test
  void aTornEntryIsCutOffAndTheRestCounts() throws Exception {
    try (Journal journal = open(disk)) {
      journal.save("a", bytes("first"), Map.of(), false);
      journal.save("b", bytes("second"), Map.of(), false);
    }
    VfsPath segment = DIRECTORY.resolve(segments().getFirst());
    byte[] whole = TestFiles.read(disk, segment);
    for (int length = 0; length < whole.length; length++) {
      disk.unlink(segment);
      TestFiles.write(disk, segment, Arrays.copyOf(whole, length));
      try (Journal journal = open(disk)) {
        assertThat(jobs(journal)).isIn(List.of(), List.of("first")).hasSizeLessThanOrEqualTo(1);
        journal.save("c", bytes("third"), Map.of(), false);
      }
      try (Journal journal = open(disk)) {
        assertThat(jobs(journal)).contains("third");
        journal.delete("c");
      }
    }
  }

  @Test
  void restartsDoNotLeaveSegmentsBehind() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (Journal journal = open(disk)) {
        journal.commit(journal.save("a", bytes("start " + i), Map.of(), false));
      }
    }
    assertThat(segments()).containsExactly("00000001.journal");
    try (Journal journal = open(disk)) {
      assertThat(jobs(journal)).containsExactly("start 49");
    }
  }

  /** Nobody knows what the process before has synced, and from now on all that is there counts. */
  @Test
  void whatTheProcessBeforeLeftIsSyncedBeforeItCounts() throws Exception {
    for (int entries : new int[] {1, 60, 200}) {
      MemoryFileSystem left = new MemoryFileSystem();
      try (Journal journal =
          new Journal(
              left, DIRECTORY, false, unable::set, System.getLogger("journal-test"), SEGMENT)) {
        for (int i = 0; i < entries; i++) {
          journal.save("job" + i, bytes("x".repeat(60)), Map.of(), false);
        }
      }
      List<String> before = Files.names(left, DIRECTORY).stream().sorted().toList();
      Set<String> synced = new TreeSet<>();
      Interceptor recording =
          new Interceptor() {
            @Override
            public <T> T around(Call call, Body<T> body) throws FsException {
              if (call.operation() == Operation.FSYNC) {
                synced.add(call.path().name());
              }
              return body.run();
            }
          };
      try (Journal journal = open(new InterceptedFileSystem(left, recording))) {
        assertThat(synced).containsAll(before);
        assertThat(jobs(journal)).hasSize(entries);
      }
    }
  }

  @Test
  void aFlippedBitIsNoticed() throws Exception {
    try (Journal journal = open(disk)) {
      journal.save("a", bytes("first"), Map.of(), false);
      journal.save("b", bytes("second"), Map.of(), false);
    }
    VfsPath segment = DIRECTORY.resolve(segments().getFirst());
    byte[] whole = TestFiles.read(disk, segment);
    whole[whole.length - 3] ^= 1;
    disk.unlink(segment);
    TestFiles.write(disk, segment, whole);
    try (Journal journal = open(disk)) {
      assertThat(jobs(journal)).containsExactly("first");
    }
  }

  /** Fails an operation while it is told to. */
  private record Failing(Operation operation, Errno errno, AtomicBoolean on)
      implements Interceptor {
    @Override
    public <T> T around(Call call, Body<T> body) throws FsException {
      if (on.get() && call.operation() == operation) {
        throw new FsException(errno);
      }
      return body.run();
    }
  }

  @Test
  void afterASyncThatFailedNothingIsAcceptedAnyMore() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    try (Journal journal =
        open(new InterceptedFileSystem(disk, new Failing(Operation.FSYNC, Errno.EIO, on)))) {
      journal.commit(journal.save("a", bytes("first"), Map.of(), false));
      on.set(true);
      assertThatThrownBy(() -> journal.commit(journal.save("b", bytes("second"), Map.of(), false)))
          .isInstanceOf(FsException.class);
      on.set(false);
      assertThatThrownBy(() -> journal.save("c", bytes("third"), Map.of(), false))
          .hasMessageContaining("failed before");
      assertThat(jobs(journal)).contains("first");
      assertThat(unable.get()).contains("the journal cannot be written (Input/output error)");
    }
  }

  @Test
  void aFullDiskRefusesOneSaveAndTakesTheNext() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    try (Journal journal =
        open(new InterceptedFileSystem(disk, new Failing(Operation.WRITE, Errno.ENOSPC, on)))) {
      journal.save("a", bytes("first"), Map.of(), false);
      on.set(true);
      assertThatThrownBy(() -> journal.save("b", bytes("second"), Map.of(), false))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      on.set(false);
      journal.commit(journal.save("c", bytes("third"), Map.of(), false));
      assertThat(unable).hasValue(null);
    }
    try (Journal journal = open(disk)) {
      assertThat(jobs(journal)).containsExactly("first", "third");
    }
  }

  @Test
  void manyCommitsShareASync() throws Exception {
    int commits = 500;
    AtomicInteger syncs = new AtomicInteger();
    List<Thread> committing = new CopyOnWriteArrayList<>();
    Interceptor slow =
        new Interceptor() {
          @Override
          public <T> T around(Call call, Body<T> body) throws FsException {
            if (call.operation() == Operation.FSYNC
                && !call.path().equals(DIRECTORY)
                && syncs.incrementAndGet() == 1) {
              awaitWaiting(committing, commits - 1);
            }
            return body.run();
          }
        };
    try (Journal journal = open(new InterceptedFileSystem(disk, slow), 1 << 20)) {
      List<FutureTask<Void>> all = new ArrayList<>();
      for (int i = 0; i < commits; i++) {
        String id = "j" + i;
        FutureTask<Void> one =
            new FutureTask<>(
                () -> {
                  journal.commit(journal.save(id, bytes("x"), Map.of(), false));
                  return null;
                });
        all.add(one);
        Thread thread = Thread.ofVirtual().unstarted(one);
        committing.add(thread);
        thread.start();
      }
      for (Future<Void> one : all) {
        one.get();
      }
      // The first, during which all others came to wait for the next, and one for those.
      assertThat(syncs.get()).isEqualTo(2);
    }
  }

  /** Waits until so many of the threads wait: what they have saved, they want to be synced. */
  private static void awaitWaiting(List<Thread> threads, int count) {
    try {
      Conditions.await(
          () ->
              threads.stream().filter(one -> one.getState() == Thread.State.WAITING).count()
                  == count);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void relaxedNeverSyncs() throws Exception {
    Set<Operation> seen = ConcurrentHashMap.newKeySet();
    Interceptor recording =
        new Interceptor() {
          @Override
          public <T> T around(Call call, Body<T> body) throws FsException {
            seen.add(call.operation());
            return body.run();
          }
        };
    try (Journal journal =
        new Journal(
            new InterceptedFileSystem(disk, recording),
            DIRECTORY,
            false,
            unable::set,
            System.getLogger("journal-test"),
            SEGMENT)) {
      for (int i = 0; i < 1000; i++) {
        journal.commit(journal.save("a", bytes("description " + i), Map.of(), false));
      }
    }
    assertThat(seen).contains(Operation.WRITE).doesNotContain(Operation.FSYNC);
  }
}
