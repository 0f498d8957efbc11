package dev.warren.memfs;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.testkit.TestFiles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which operations change which times, with a clock that moves only between operations. */
class TimesTest {
  private static final VfsPath DIRECTORY = path("/d");
  private static final VfsPath FILE = path("/d/file");

  private final ManualClock clock = new ManualClock();
  private final MemoryFileSystem fs =
      new MemoryFileSystem(MemoryFileSystem.DEFAULT_MAX_BYTES, clock);
  private Instant created;

  @BeforeEach
  void createFile() throws FsException {
    fs.mkdir(DIRECTORY, 0755);
    created = clock.advance(Duration.ofNanos(1));
    TestFiles.write(fs, FILE, "text");
  }

  @Test
  void aNewFileHasOneTime() throws Exception {
    FileAttributes file = fs.stat(FILE);
    assertTimes(file, created, created, created);
    assertThat(Instant.ofEpochSecond(file.birthSeconds(), file.birthNanos())).isEqualTo(created);
    assertTimes(fs.stat(DIRECTORY), created.minusNanos(1), created, created);
  }

  @Test
  void aWriteChangesContentAndAttributes() throws Exception {
    try (OpenFile file = fs.open(FILE, OpenOptions.WRITE, 0)) {
      Instant now = clock.advance(Duration.ofNanos(1));
      file.write(ByteBuffer.allocate(0), 0);
      assertTimes(fs.stat(FILE), created, created, created);
      file.write(ByteBuffer.allocate(1), 0);
      assertTimes(fs.stat(FILE), created, now, now);
      now = clock.advance(Duration.ofNanos(1));
      file.truncate(5);
      assertTimes(fs.stat(FILE), created, now, now);
    }
  }

  @Test
  void aReadChangesAnAccessTimeThatIsOld() throws Exception {
    Instant first = clock.advance(Duration.ofSeconds(1));
    TestFiles.read(fs, FILE);
    assertTimes(fs.stat(FILE), first, created, created);
    clock.advance(Duration.ofHours(23));
    TestFiles.read(fs, FILE);
    assertTimes(fs.stat(FILE), first, created, created);
    Instant nextDay = clock.advance(Duration.ofHours(1));
    TestFiles.read(fs, FILE);
    assertTimes(fs.stat(FILE), nextDay, created, created);
    long version = fs.stat(FILE).version();
    clock.advance(Duration.ofSeconds(1));
    TestFiles.write(fs, FILE, "new");
    Instant afterWrite = clock.advance(Duration.ofSeconds(1));
    TestFiles.read(fs, FILE);
    assertThat(fs.stat(FILE).accessTime()).isEqualTo(afterWrite);
    assertThat(fs.stat(FILE).version()).isNotEqualTo(version);
  }

  @Test
  void namesChangeTheDirectoryAndTheFileAttributes() throws Exception {
    Instant now = clock.advance(Duration.ofNanos(1));
    fs.link(FILE, path("/link"));
    assertTimes(fs.stat(FILE), created, created, now);
    assertThat(fs.stat(VfsPath.ROOT).modifyTime()).isEqualTo(now);
    now = clock.advance(Duration.ofNanos(1));
    fs.rename(path("/link"), path("/d/link"), true);
    assertTimes(fs.stat(FILE), created, created, now);
    assertThat(fs.stat(VfsPath.ROOT).modifyTime()).isEqualTo(now);
    assertThat(fs.stat(DIRECTORY).modifyTime()).isEqualTo(now);
    now = clock.advance(Duration.ofNanos(1));
    fs.unlink(path("/d/link"));
    assertTimes(fs.stat(FILE), created, created, now);
    assertThat(fs.stat(DIRECTORY).changeTime()).isEqualTo(now);
  }

  @Test
  void attributesChangeTheirOwnTimeOnly() throws Exception {
    Instant now = clock.advance(Duration.ofNanos(1));
    fs.setAttributes(FILE, AttributeChanges.NONE.withPermissions(0600));
    assertTimes(fs.stat(FILE), created, created, now);
    now = clock.advance(Duration.ofNanos(1));
    fs.setXattr(FILE, "user.a", new byte[0], XattrMode.SET);
    assertTimes(fs.stat(FILE), created, created, now);
    now = clock.advance(Duration.ofNanos(1));
    fs.setAttributes(
        FILE, AttributeChanges.NONE.withTimes(TimeChange.to(-5, 999_999_999), TimeChange.NOW));
    assertTimes(fs.stat(FILE), Instant.ofEpochSecond(-5, 999_999_999), now, now);
    clock.advance(Duration.ofNanos(1));
    fs.setAttributes(FILE, AttributeChanges.NONE);
    assertThat(fs.stat(FILE).changeTime()).isEqualTo(now);
  }

  @Test
  void versionsAreNeverThoseOfAnEarlierInstance() throws Exception {
    FileAttributes before = fs.stat(FILE);
    clock.advance(Duration.ofSeconds(1));
    MemoryFileSystem restarted = new MemoryFileSystem(MemoryFileSystem.DEFAULT_MAX_BYTES, clock);
    restarted.mkdir(DIRECTORY, 0755);
    TestFiles.write(restarted, FILE, "other");
    FileAttributes after = restarted.stat(FILE);
    assertThat(after.fileId()).isEqualTo(before.fileId());
    assertThat(after.version()).isGreaterThan(before.version());
  }

  @Test
  void aVersionIsNeverZero() throws Exception {
    MemoryFileSystem atEpoch =
        new MemoryFileSystem(
            MemoryFileSystem.DEFAULT_MAX_BYTES, InstantSource.fixed(Instant.EPOCH));
    assertThat(atEpoch.stat(VfsPath.ROOT).version()).isPositive();
  }

  private static void assertTimes(
      FileAttributes file, Instant access, Instant modify, Instant change) {
    assertThat(file.accessTime()).as("access").isEqualTo(access);
    assertThat(file.modifyTime()).as("modify").isEqualTo(modify);
    assertThat(file.changeTime()).as("change").isEqualTo(change);
  }
}
