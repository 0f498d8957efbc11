package dev.warren.testkit;

import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EOVERFLOW;
import static dev.warren.api.Errno.EPERM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** setAttributes: permissions, owners, times. */
interface AttributeCases extends ContractCases {

  /** Times that fit in 64 bits of seconds. */
  static Stream<TimeChange> moments() {
    return Stream.of(
        TimeChange.to(0, 0),
        TimeChange.to(1, 1),
        TimeChange.to(1_234_567_890, 123_456_789),
        TimeChange.to(1_234_567_890, 999_999_999),
        TimeChange.to(Integer.MAX_VALUE, 0),
        TimeChange.to(Integer.MAX_VALUE + 1L, 5),
        TimeChange.to((1L << 32) - 1, 999_999_999),
        TimeChange.to(1L << 32, 7),
        TimeChange.to(-1, 999_999_999),
        TimeChange.to(-1, 0),
        TimeChange.to(-1_000_000_000, 1));
  }

  private boolean fixed(FsCall change) throws FsException {
    if (lacks(Gap.SET_ATTRIBUTES)) {
      fails(change, EOPNOTSUPP, EPERM);
      return true;
    }
    change.run();
    return false;
  }

  private void checkTime(TimeChange expected, long seconds, int nanos) {
    assertThat(seconds).isEqualTo(expected.seconds());
    if (!lacks(Gap.NANOSECONDS)) {
      assertThat(nanos).isEqualTo(expected.nanos());
    }
  }

  private void checkRefusedOrTaken(FsCall change) throws Exception {
    try {
      change.run();
    } catch (FsException e) {
      assertThat(e.errno())
          .isIn(visible(EINVAL), visible(EOVERFLOW), visible(EOPNOTSUPP), visible(EPERM));
    }
    assertThat(text("f")).isEqualTo("content");
  }

  private static AttributeChanges permissions(int bits) {
    return AttributeChanges.NONE.withPermissions(bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0777, 0644, 0400, 0200, 0111, 0604})
  default void permissionsOfAFileCanBeChanged(int bits) throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), permissions(bits)))) {
      return;
    }
    FileAttributes attributes = fs().stat(at("f"));
    assertThat(attributes.permissions()).isEqualTo(bits);
    assertThat(attributes.type()).isEqualTo(FileType.REGULAR);
    assertThat(attributes.size()).isEqualTo(7);
  }

  @Test
  default void permissionsOfADirectoryCanBeChanged() throws Exception {
    directory("d");
    if (!fixed(() -> fs().setAttributes(at("d"), permissions(0711)))) {
      assertThat(fs().stat(at("d")).permissions()).isEqualTo(0711);
      assertThat(fs().stat(at("d")).isDirectory()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {04755, 02755, 01755, 07777, 06711})
  default void setIdAndStickyBitsCanBeChanged(int bits) throws Exception {
    directory("d");
    if (lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      try {
        fs().setAttributes(at("d"), permissions(bits));
      } catch (FsException e) {
        assertThat(e.errno()).isIn(visible(EOPNOTSUPP), visible(EPERM));
        return;
      }
      assertThat(fs().stat(at("d")).permissions()).isEqualTo(bits & 0777);
      return;
    }
    fs().setAttributes(at("d"), permissions(bits));
    assertThat(fs().stat(at("d")).permissions()).isEqualTo(bits);
  }

  @Test
  default void permissionsChangeThroughAnOpenFile() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      if (!fixed(() -> file.setAttributes(permissions(0600)))) {
        assertThat(file.stat().permissions()).isEqualTo(0600);
        assertThat(fs().stat(at("f")).permissions()).isEqualTo(0600);
      }
    }
  }

  @Test
  default void permissionsChangeThroughAnOpenDirectory() throws Exception {
    directory("d");
    try (OpenDirectory open = fs().openDirectory(at("d"))) {
      if (!fixed(() -> open.setAttributes(permissions(0700)))) {
        assertThat(open.stat().permissions()).isEqualTo(0700);
        assertThat(fs().stat(at("d")).permissions()).isEqualTo(0700);
      }
    }
  }

  @Test
  default void permissionsOfALinkCannotBeChanged() throws Exception {
    file("f", "content");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("f", at("l"));
    fails(() -> fs().setAttributes(at("l"), permissions(0600)), EOPNOTSUPP, EPERM);
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(TestFiles.FILE_PERMISSIONS);
  }

  @Test
  default void whoHasAFileOpenKeepsWhatItMayDo() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      if (fixed(() -> fs().setAttributes(at("f"), permissions(0)))) {
        return;
      }
      file.write(bytes("C"), 0);
      assertThat(new String(TestFiles.read(file), UTF_8)).isEqualTo("Content");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.warren.testkit.AttributeCases#moments")
  default void timesOfAFileCanBeChanged(TimeChange moment) throws Exception {
    file("f", "content");
    TimeChange other = TimeChange.to(1_000_000_001, 42);
    AttributeChanges changes = AttributeChanges.NONE.withTimes(other, moment);
    boolean outside = moment.seconds() < 0 || moment.seconds() >= 1L << 32;
    if (lacks(Gap.TIMES_OUTSIDE_32_BITS) && outside) {
      checkRefusedOrTaken(() -> fs().setAttributes(at("f"), changes));
      return;
    }
    if (!fixed(() -> fs().setAttributes(at("f"), changes))) {
      FileAttributes attributes = fs().stat(at("f"));
      checkTime(moment, attributes.modifySeconds(), attributes.modifyNanos());
      checkTime(other, attributes.accessSeconds(), attributes.accessNanos());
    }
  }

  @Test
  default void timesOfADirectoryCanBeChanged() throws Exception {
    directory("d");
    TimeChange moment = TimeChange.to(1_234_567_890, 987_654_321);
    AttributeChanges changes = AttributeChanges.NONE.withTimes(moment, moment);
    if (!fixed(() -> fs().setAttributes(at("d"), changes))) {
      FileAttributes attributes = fs().stat(at("d"));
      checkTime(moment, attributes.modifySeconds(), attributes.modifyNanos());
      checkTime(moment, attributes.accessSeconds(), attributes.accessNanos());
    }
  }

  @Test
  default void timesOfALinkAreItsOwn() throws Exception {
    file("f", "content");
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().symlink("f", at("l"));
    FileAttributes target = fs().stat(at("f"));
    if (lacks(Gap.LINK_TIMES)) {
      fails(() -> fs().setAttributes(at("l"), OLD), EOPNOTSUPP, EPERM);
    } else if (!fixed(() -> fs().setAttributes(at("l"), OLD))) {
      assertThat(fs().stat(at("l")).modifySeconds()).isEqualTo(OLD_SECONDS);
    }
    assertThat(fs().stat(at("f")).modifyTime()).isEqualTo(target.modifyTime());
  }

  @Test
  default void timesChangeThroughAnOpenFile() throws Exception {
    file("f", "content");
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ, 0)) {
      if (!fixed(() -> file.setAttributes(OLD))) {
        assertThat(file.stat().modifySeconds()).isEqualTo(OLD_SECONDS);
        assertThat(fs().stat(at("f")).modifySeconds()).isEqualTo(OLD_SECONDS);
      }
    }
  }

  @Test
  default void theTimeOfAccessCanBeChangedAlone() throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), OLD))) {
      return;
    }
    fs().setAttributes(
            at("f"), AttributeChanges.NONE.withTimes(TimeChange.to(OLD_SECONDS + 5, 0), null));
    assertThat(fs().stat(at("f")).accessSeconds()).isEqualTo(OLD_SECONDS + 5);
    assertThat(fs().stat(at("f")).modifySeconds()).isEqualTo(OLD_SECONDS);
  }

  @Test
  default void theTimeOfChangeCanBeChangedAlone() throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), OLD))) {
      return;
    }
    fs().setAttributes(
            at("f"), AttributeChanges.NONE.withTimes(null, TimeChange.to(OLD_SECONDS + 5, 0)));
    assertThat(fs().stat(at("f")).accessSeconds()).isEqualTo(OLD_SECONDS);
    assertThat(fs().stat(at("f")).modifySeconds()).isEqualTo(OLD_SECONDS + 5);
  }

  @Test
  default void timesCanBeSetToThePresent() throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), OLD))) {
      return;
    }
    fs().setAttributes(at("f"), AttributeChanges.NONE.withTimes(TimeChange.NOW, TimeChange.NOW));
    assertThat(fs().stat(at("f")).accessSeconds()).isGreaterThan(OLD_SECONDS);
    assertThat(fs().stat(at("f")).modifySeconds()).isGreaterThan(OLD_SECONDS);
  }

  @Test
  default void theOwnerCanBeChanged() throws Exception {
    file("f", "content");
    AttributeChanges changes = AttributeChanges.NONE.withOwner(1234, 5678);
    if (lacks(Gap.OWNERSHIP) || lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("f"), changes), EOPNOTSUPP, EPERM);
      return;
    }
    fs().setAttributes(at("f"), changes);
    assertThat(fs().stat(at("f")).uid()).isEqualTo(1234);
    assertThat(fs().stat(at("f")).gid()).isEqualTo(5678);
    fs().setAttributes(at("f"), AttributeChanges.NONE.withOwner(4321, null));
    assertThat(fs().stat(at("f")).uid()).isEqualTo(4321);
    assertThat(fs().stat(at("f")).gid()).isEqualTo(5678);
    fs().setAttributes(at("f"), AttributeChanges.NONE.withOwner(null, 8765));
    assertThat(fs().stat(at("f")).uid()).isEqualTo(4321);
    assertThat(fs().stat(at("f")).gid()).isEqualTo(8765);
  }

  @Test
  default void aLargeOwnerNumberIsKept() throws Exception {
    file("f", "content");
    AttributeChanges changes = AttributeChanges.NONE.withOwner(-2, 0x8000_0001);
    if (lacks(Gap.OWNERSHIP) || lacks(Gap.SET_ATTRIBUTES)) {
      fails(() -> fs().setAttributes(at("f"), changes), EOPNOTSUPP, EPERM);
      return;
    }
    fs().setAttributes(at("f"), changes);
    assertThat(fs().stat(at("f")).uid()).isEqualTo(-2);
    assertThat(fs().stat(at("f")).gid()).isEqualTo(0x8000_0001);
  }

  @Test
  default void aNewOwnerClearsSetIdBits() throws Exception {
    file("f", "content");
    if (lacks(Gap.OWNERSHIP) || lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      setIdAndStickyBitsCanBeChanged(06755);
      return;
    }
    fs().setAttributes(at("f"), permissions(06775));
    fs().setAttributes(at("f"), AttributeChanges.NONE.withOwner(1, 1));
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0775);
  }

  @Test
  default void aWriteClearsSetIdBits() throws Exception {
    file("f", "content");
    if (lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      setIdAndStickyBitsCanBeChanged(06755);
      return;
    }
    int kept = lacks(Gap.SET_ID_CLEARING) ? 06000 : 0;
    fs().setAttributes(at("f"), permissions(06775));
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.write(bytes("x"), 0);
      assertThat(file.stat().permissions()).isEqualTo(0775 | kept);
    }
    // without the group's execute bit, set-gid once meant mandatory locking, and is kept
    fs().setAttributes(at("f"), permissions(02664));
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      file.write(bytes("x"), 0);
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(02664);
  }

  @Test
  default void copyToClearsSetIdBits() throws Exception {
    file("source", "new");
    file("f", "content");
    if (lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      setIdAndStickyBitsCanBeChanged(06755);
      return;
    }
    int kept = lacks(Gap.SET_ID_CLEARING) ? 06000 : 0;
    fs().setAttributes(at("f"), permissions(06775));
    try (OpenFile source = fs().open(at("source"), OpenOptions.READ, 0);
        OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0)) {
      assertThat(source.copyTo(0, 3, file, 0)).isEqualTo(3);
      assertThat(file.stat().permissions()).isEqualTo(0775 | kept);
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0775 | kept);
    assertThat(text("f")).isEqualTo("newtent");
  }

  /** Truncating at open, even if there is nothing to cut off, and truncating by path. */
  @Test
  default void truncatingClearsSetIdBits() throws Exception {
    file("f", "content");
    if (lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      setIdAndStickyBitsCanBeChanged(06755);
      return;
    }
    int kept = lacks(Gap.SET_ID_CLEARING) ? 06000 : 0;
    for (String text : new String[] {"content", ""}) {
      TestFiles.write(fs(), at("f"), text);
      fs().setAttributes(at("f"), permissions(06755));
      fs().open(at("f"), OpenOptions.WRITE.withTruncate(), 0).close();
      assertThat(fs().stat(at("f")).permissions()).isEqualTo(0755 | kept);
      fs().setAttributes(at("f"), permissions(06755));
      fs().open(at("f"), OpenOptions.REPLACE, 0600).close();
      assertThat(fs().stat(at("f")).permissions()).isEqualTo(0755 | kept);
    }
    TestFiles.write(fs(), at("f"), "content");
    fs().setAttributes(at("f"), permissions(06755));
    fs().setAttributes(at("f"), AttributeChanges.NONE.withSize(3));
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(0755 | kept);
  }

  @Test
  default void writingOrCopyingNothingKeepsSetIdBits() throws Exception {
    file("f", "content");
    file("empty", "");
    if (lacks(Gap.SPECIAL_BITS) || lacks(Gap.SET_ATTRIBUTES)) {
      setIdAndStickyBitsCanBeChanged(06755);
      return;
    }
    fs().setAttributes(at("f"), permissions(06775));
    try (OpenFile file = fs().open(at("f"), OpenOptions.WRITE, 0);
        OpenFile empty = fs().open(at("empty"), OpenOptions.READ, 0)) {
      assertThat(file.write(ByteBuffer.allocate(0), 0)).isZero();
      assertThat(empty.copyTo(0, 100, file, 0)).isZero();
    }
    assertThat(fs().stat(at("f")).permissions()).isEqualTo(06775);
  }

  @Test
  default void severalAttributesChangeInOneCall() throws Exception {
    file("f", "0123456789");
    AttributeChanges changes = OLD.withSize(4).withPermissions(0600);
    if (fixed(() -> fs().setAttributes(at("f"), changes))) {
      return;
    }
    FileAttributes attributes = fs().stat(at("f"));
    assertThat(attributes.size()).isEqualTo(4);
    assertThat(attributes.permissions()).isEqualTo(0600);
    assertThat(attributes.modifySeconds()).isEqualTo(OLD_SECONDS);
    assertThat(text("f")).isEqualTo("0123");
  }

  @Test
  default void severalAttributesChangeInOneCallThroughAnOpenFile() throws Exception {
    file("f", "0123456789");
    AttributeChanges changes = OLD.withSize(4).withPermissions(0600);
    try (OpenFile file = fs().open(at("f"), OpenOptions.READ_WRITE, 0)) {
      if (fixed(() -> file.setAttributes(changes))) {
        return;
      }
      assertThat(file.stat().size()).isEqualTo(4);
      assertThat(file.stat().permissions()).isEqualTo(0600);
      assertThat(file.stat().modifySeconds()).isEqualTo(OLD_SECONDS);
    }
  }

  @Test
  default void changingNothingChangesNothing() throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), OLD))) {
      return;
    }
    fs().setAttributes(at("f"), AttributeChanges.NONE);
    assertThat(fs().stat(at("f")).modifySeconds()).isEqualTo(OLD_SECONDS);
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void changingAMissingFileIsEnoent() throws Exception {
    file("f", "");
    if (fixed(() -> fs().setAttributes(at("f"), permissions(0600)))) {
      return;
    }
    for (AttributeChanges changes :
        List.of(permissions(0600), OLD, AttributeChanges.NONE.withSize(0))) {
      fails(() -> fs().setAttributes(at("none"), changes), ENOENT);
      fails(() -> fs().setAttributes(at("none/f"), changes), ENOENT);
      fails(() -> fs().setAttributes(at("f/x"), changes), ENOTDIR);
    }
  }

  @Test
  default void changingPermissionsLeavesTheTimeOfTheContent() throws Exception {
    file("f", "content");
    if (fixed(() -> fs().setAttributes(at("f"), OLD))) {
      return;
    }
    FileAttributes before = fs().stat(at("f"));
    fs().setAttributes(at("f"), permissions(0600));
    FileAttributes after = fs().stat(at("f"));
    assertThat(after.modifySeconds()).isEqualTo(OLD_SECONDS);
    if (!lacks(Gap.CHANGE_TIME)) {
      assertThat(after.changeTime()).isAfterOrEqualTo(before.changeTime());
      assertThat(after.changeTime().getEpochSecond()).isGreaterThan(OLD_SECONDS);
    }
  }

  @Test
  default void newFilesCarryThePresentTime() throws Exception {
    Instant before = Instant.now().minusSeconds(5);
    file("f", "");
    directory("d");
    for (String name : List.of("f", "d")) {
      Instant changed = fs().stat(at(name)).modifyTime();
      assertThat(changed).isAfter(before).isBefore(Instant.now().plusSeconds(5));
    }
  }

  @Test
  default void attributesAreSharedByAllNamesOfAFile() throws Exception {
    file("f", "content");
    if (lacks(Gap.HARD_LINKS)) {
      fails(() -> fs().link(at("f"), at("g")), EOPNOTSUPP);
      return;
    }
    fs().link(at("f"), at("g"));
    if (!fixed(() -> fs().setAttributes(at("g"), OLD.withPermissions(0600)))) {
      assertThat(fs().stat(at("f")).permissions()).isEqualTo(0600);
      assertThat(fs().stat(at("f")).modifySeconds()).isEqualTo(OLD_SECONDS);
    }
  }
}
