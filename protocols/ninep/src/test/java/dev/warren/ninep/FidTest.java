package dev.warren.ninep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.ninep.client.Fids;
import dev.warren.ninep.client.Fids.Entry;
import dev.warren.ninep.client.Fids.Qid;
import dev.warren.ninep.client.Frame;
import dev.warren.ninep.client.NinepClient;
import dev.warren.ninep.codec.MessageType;
import dev.warren.testkit.LargeCookiesFileSystem;
import dev.warren.testkit.RecordingFileSystem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that fids refer to, and the results of walks. */
class FidTest {
  private static final int ROOT = 1;

  private TestServer server;
  private Fids fids;

  @BeforeEach
  void attach() throws Exception {
    server =
        new TestServer().mount("/a", new MemoryFileSystem()).mount("/b", new MemoryFileSystem());
    fids = new Fids(server.session());
    fids.attach(ROOT, "/a", -1);
  }

  @AfterEach
  void stop() throws Exception {
    fids.client().close();
    server.close();
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatCode(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private void file(int directory, String name, String text) throws Exception {
    int fid = fids.client().newFid();
    fids.walk(directory, fid);
    fids.create(fid, name, Fids.READ_WRITE);
    fids.write(fid, 0, text);
    fids.clunk(fid);
  }

  /** Hashes of names on ext4 are as large. The server reserves a few cookies from 2^62 on. */
  @Test
  void aListingContinuesAfterCookiesAbove2To62() throws Exception {
    server.mount("/large", new LargeCookiesFileSystem(new MemoryFileSystem()));
    fids.attach(10, "/large", -1);
    Set<String> expected = new HashSet<>(Set.of(".", ".."));
    for (int i = 0; i < 100; i++) {
      file(10, "file-" + i, "");
      expected.add("file-" + i);
    }
    fids.walk(10, 11);
    fids.open(11, Fids.READ_ONLY);
    List<String> seen = new ArrayList<>();
    long cookie = 0;
    for (List<Entry> page = fids.readdir(11, cookie, 200);
        !page.isEmpty();
        page = fids.readdir(11, cookie, 200)) {
      page.forEach(entry -> seen.add(entry.name()));
      cookie = page.getLast().cookie();
    }
    assertThat(cookie).isGreaterThan(1L << 62);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** The walk to the fid itself fails, and the files that it has found are released. */
  @Test
  void aFidThatIsClunkedDuringItsWalkIsGone() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    memory.mkdir(VfsPath.parse("/slow"), 0755);
    HeldFileSystem held = new HeldFileSystem(memory, "slow");
    server.mount("/h", held);
    fids.attach(10, "/h", -1);
    fids.walk(10, 11);
    var inPlace =
        fids.send(60_001, Frame.of(MessageType.TWALK).u32(11).u32(11).u16(1).name("slow"));
    held.awaitHeld();
    fids.clunk(11);
    held.release();
    fails(Errno.EBADF, () -> NinepClient.await(inPlace).to(MessageType.TWALK));
    fails(Errno.EBADF, () -> fids.stat(11));
    assertThat(fids.walk(10, 11, "slow")).as("its number is free").hasSize(1);
  }

  @Test
  void aWalkFromAFidThatIsClunkedMeanwhileStillLeadsThere() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    memory.mkdir(VfsPath.parse("/slow"), 0755);
    HeldFileSystem held = new HeldFileSystem(memory, "slow");
    server.mount("/h", held);
    fids.attach(10, "/h", -1);
    fids.walk(10, 11);
    var toNew = fids.send(60_001, Frame.of(MessageType.TWALK).u32(11).u32(12).u16(1).name("slow"));
    held.awaitHeld();
    fids.clunk(11);
    held.release();
    assertThat(NinepClient.await(toNew).to(MessageType.TWALK).u16()).isEqualTo(1);
    assertThat(fids.stat(12).isDirectory()).isTrue();
    fails(Errno.EBADF, () -> fids.stat(11));
    fids.rename(10, "slow", 10, "moved");
    assertThat(fids.stat(12).isDirectory()).as("it follows").isTrue();
  }

  @Test
  void aWalkBelowADirectoryThatIsRenamedMeanwhileFollowsIt() throws Exception {
    MemoryFileSystem memory = new MemoryFileSystem();
    memory.mkdir(VfsPath.parse("/d"), 0755);
    memory.mkdir(VfsPath.parse("/d/slow"), 0755);
    memory.mkdir(VfsPath.parse("/d/slow/deep"), 0755);
    HeldFileSystem held = new HeldFileSystem(memory, "slow");
    server.mount("/h", held);
    fids.attach(10, "/h", -1);
    fids.walk(10, 11, "d");
    var walk =
        fids.send(
            60_001, Frame.of(MessageType.TWALK).u32(11).u32(12).u16(2).name("slow").name("deep"));
    held.awaitHeld();
    fids.rename(10, "d", 10, "moved");
    held.release();
    assertThat(NinepClient.await(walk).to(MessageType.TWALK).u16()).isEqualTo(2);
    fids.mkdir(12, "made");
    assertThat(memory.stat(VfsPath.parse("/moved/slow/deep/made")).isDirectory()).isTrue();
  }

  @Test
  void removingAnOpenFidClosesWhatItHadOpen() throws Exception {
    try (RecordingFileSystem files = new RecordingFileSystem(new MemoryFileSystem())) {
      server.mount("/r", files);
      fids.attach(10, "/r", -1);
      fids.walk(10, 11);
      fids.create(11, "f", Fids.READ_WRITE);
      fids.mkdir(10, "d");
      fids.walk(10, 12, "d");
      fids.open(12, Fids.READ_ONLY);
      fids.walk(10, 13, "d");
      fids.create(13, "g", Fids.READ_WRITE);
      assertThat(files.openHandles()).isEqualTo(3);
      fids.remove(11);
      assertThat(files.openHandles()).isEqualTo(2);
      // The fid is free even if the file cannot be removed (remove(5)).
      fails(Errno.ENOTEMPTY, () -> fids.remove(12));
      assertThat(files.openHandles()).isEqualTo(1);
      files.unlink(VfsPath.parse("/d/g"));
      fails(Errno.ENOENT, () -> fids.remove(13));
      assertThat(files.openHandles()).isZero();
      for (int fid : new int[] {11, 12, 13}) {
        fails(Errno.EBADF, () -> fids.stat(fid));
      }
    }
  }

  @Test
  void aFidFollowsRenamesOfItsFileAndOfDirectoriesAbove() throws Exception {
    fids.mkdir(ROOT, "d");
    fids.walk(ROOT, 2, "d");
    fids.mkdir(2, "e");
    fids.walk(2, 3, "e");
    file(3, "f", "text");
    fids.walk(3, 4, "f");
    fids.rename(ROOT, "d", ROOT, "moved");
    Fids other = new Fids(server.session());
    other.attach(ROOT, "/a/moved", -1);
    other.walk(ROOT, 2, "e", "f");
    other.rename(2, ROOT, "g");
    // The same applies to a rename outside 9P, such as one over SFTP.
    server.namespace().rename(VfsPath.parse("/a/moved"), VfsPath.parse("/a/again"), true);
    assertThat(fids.stat(4).size()).isEqualTo(4);
    fids.open(4, Fids.READ_ONLY);
    assertThat(fids.read(4, 0, 10)).isEqualTo("text");
    assertThat(fids.walk(2, 5, "g")).hasSize(1);
    fails(Errno.ENOENT, () -> fids.walk(3, 6, "f"));
    other.client().close();
  }

  @Test
  void anOpenFidSurvivesUnlinkAndRename() throws Exception {
    fids.walk(ROOT, 2);
    fids.create(2, "f", Fids.READ_WRITE);
    fids.walk(ROOT, 3, "f");
    fids.write(2, 0, "before");
    fids.unlink(ROOT, "f", 0);
    file(ROOT, "f", "another file");
    fids.write(2, 6, " and after");
    assertThat(fids.read(2, 0, 100)).isEqualTo("before and after");
    assertThat(fids.stat(2).size()).isEqualTo(16);
    assertThat(fids.stat(2).linkCount()).isZero();
    // The Linux client requests attributes with the fid of its lookup.
    assertThat(fids.stat(3).size()).isEqualTo(16);
    fids.truncate(3, 3);
    assertThat(fids.stat(2).size()).isEqualTo(3);
    fids.clunk(2);
    // The fid refers to the file that it was walked to, until it is clunked.
    assertThat(fids.stat(3).size()).isEqualTo(3);
    fids.open(3, Fids.READ_ONLY);
    assertThat(fids.read(3, 0, 100)).isEqualTo("bef");
    fids.clunk(3);
    fids.walk(ROOT, 3, "f");
    assertThat(fids.stat(3).size()).isEqualTo(12);
  }

  @Test
  void aWalkFromAnOpenFidReturnsOneThatIsNotOpen() throws Exception {
    fids.mkdir(ROOT, "d");
    fids.walk(ROOT, 2, "d");
    fids.open(2, Fids.READ_ONLY);
    file(ROOT, "f", "text");
    assertThat(fids.walk(2, 3, "..", "f")).hasSize(2);
    fails(Errno.EBADF, () -> fids.read(3, 0, 1));
    fids.walk(2, 4);
    fids.open(4, Fids.READ_ONLY);
    fails(Errno.EBADF, () -> fids.walk(2, 2, ".."));
  }

  @Test
  void aPartialWalkMakesNoFid() throws Exception {
    fids.mkdir(ROOT, "d");
    assertThat(fids.walk(ROOT, 2, "d", "none", "x")).hasSize(1);
    fails(Errno.EBADF, () -> fids.stat(2));
    fails(Errno.ENOENT, () -> fids.walk(ROOT, 2, "none", "x"));
    fails(Errno.EBADF, () -> fids.clunk(2));
    assertThat(fids.walk(ROOT, 2, "d")).hasSize(1);
    fails(Errno.ENOENT, () -> fids.walk(2, 2, "none"));
    assertThat(fids.stat(2).isDirectory()).isTrue();
  }

  @Test
  void dotDotStaysInTheAttachment() throws Exception {
    assertThat(fids.walk(ROOT, 2, "..", "..", ".")).hasSize(3);
    assertThat(fids.stat(2).fileId()).isEqualTo(fids.stat(ROOT).fileId());
    assertThat(fids.walk(ROOT, 3, "..", "b")).hasSize(1);
  }

  @Test
  void aFileHasNothingBelowNorAbove() throws Exception {
    file(ROOT, "f", "");
    fids.walk(ROOT, 2, "f");
    fails(Errno.ENOTDIR, () -> fids.walk(2, 3, ".."));
    fails(Errno.ENOTDIR, () -> fids.walk(2, 3, "x"));
    assertThat(fids.walk(ROOT, 3, "f", "..")).hasSize(1);
  }

  @Test
  void symbolicLinksAreNeverFollowed() throws Exception {
    Qid link = fids.symlink(ROOT, "link", "/b");
    assertThat(link.type()).isEqualTo(2);
    fids.walk(ROOT, 2, "link");
    fails(Errno.ELOOP, () -> fids.open(2, Fids.READ_ONLY));
    fails(Errno.ENOTDIR, () -> fids.walk(2, 3, "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/b", "..", ".", "nul\0"})
  void invalidNamesAreEinvalInEveryMessage(String name) throws Exception {
    file(ROOT, "f", "");
    fids.walk(ROOT, 2, "f");
    fids.walk(ROOT, 3);
    List<ThrowingCallable> calls = new ArrayList<>();
    calls.add(() -> fids.create(3, name, Fids.READ_WRITE));
    calls.add(() -> fids.mkdir(ROOT, name));
    calls.add(() -> fids.symlink(ROOT, name, "x"));
    calls.add(() -> fids.rename(ROOT, "f", ROOT, name));
    calls.add(() -> fids.rename(ROOT, name, ROOT, "g"));
    calls.add(() -> fids.rename(2, ROOT, name));
    calls.add(() -> fids.unlink(ROOT, name, 0));
    calls.add(() -> fids.unlink(ROOT, name, 0x200));
    calls.add(
        () ->
            fids.client()
                .call(18, Frame.of(18).u32(ROOT).name(name).u32(0100644).u32(0).u32(0).u32(-1)));
    calls.add(() -> fids.client().call(70, Frame.of(70).u32(ROOT).u32(2).name(name)));
    if (!name.startsWith(".")) {
      calls.add(() -> fids.walk(ROOT, 9, name));
    }
    calls.forEach(call -> fails(Errno.EINVAL, call));
    assertThat(fids.stat(2).linkCount()).isEqualTo(1);
  }

  @Test
  void longNamesAreEnametoolong() throws Exception {
    fids.mkdir(ROOT, "n".repeat(255));
    fails(Errno.ENAMETOOLONG, () -> fids.mkdir(ROOT, "n".repeat(256)));
    fails(Errno.ENAMETOOLONG, () -> fids.walk(ROOT, 2, "ü".repeat(128)));
  }

  @Test
  void aFidInUseCannotBeUsedForANewFile() throws Exception {
    fids.walk(ROOT, 2);
    fails(Errno.EBADF, () -> fids.walk(ROOT, 2));
    fails(Errno.EBADF, () -> fids.attach(2, "/a", -1));
    fails(Errno.EBADF, () -> fids.walk(ROOT, -1));
    fails(Errno.EBADF, () -> fids.walk(77, 3));
    fids.clunk(2);
    fids.walk(ROOT, 2);
  }

  @Test
  void removeFreesTheFidEvenIfItFails() throws Exception {
    fids.mkdir(ROOT, "d");
    fids.walk(ROOT, 2, "d");
    fids.mkdir(2, "e");
    fails(Errno.ENOTEMPTY, () -> fids.remove(2));
    fails(Errno.EBADF, () -> fids.stat(2));
    fids.walk(ROOT, 2, "d", "e");
    fids.remove(2);
    fails(Errno.EBADF, () -> fids.stat(2));
    fids.walk(ROOT, 2, "d");
    fids.remove(2);
  }

  @Test
  void qidsAreUniqueOverMountsAndHaveVersions() throws Exception {
    Fids all = new Fids(server.session());
    all.attach(ROOT, "", -1);
    Qid a = all.walk(ROOT, 2, "a").getFirst();
    Qid b = all.walk(ROOT, 3, "b").getFirst();
    assertThat(a.path()).isNotEqualTo(b.path());
    assertThat(a.type()).isEqualTo(0x80);
    all.walk(2, 4);
    Qid before = all.create(4, "f", Fids.READ_WRITE);
    assertThat(before.version()).isNotZero();
    all.write(4, 0, "x");
    Qid after = all.walk(2, 5, "f").getFirst();
    assertThat(after.path()).isEqualTo(before.path()).isPositive();
    assertThat(after.version()).isNotEqualTo(before.version()).isNotZero();
    assertThat(all.readdir(openRoot(all, 6), 0, 8000))
        .extracting(Entry::name)
        .contains(".", "..", "a", "b");
    assertThat(all.readdir(6, 0, 8000)).extracting(Entry::path).contains(a.path(), b.path());
    all.client().close();
  }

  private static int openRoot(Fids fids, int fid) throws FsException {
    fids.walk(ROOT, fid);
    fids.open(fid, Fids.READ_ONLY);
    return fid;
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 256, 128, 60})
  void aListingCanBeContinuedAnywhereWhileEntriesAreRemoved(int count) throws Exception {
    for (int i = 0; i < 50; i++) {
      file(ROOT, "entry-" + i, "");
    }
    openRoot(fids, 2);
    List<String> names = new ArrayList<>();
    long cookie = 0;
    while (true) {
      List<Entry> part = fids.readdir(2, cookie, count);
      if (part.isEmpty()) {
        break;
      }
      assertThat(fids.readdir(2, cookie, count)).isEqualTo(part);
      for (Entry entry : part) {
        names.add(entry.name());
        cookie = entry.cookie();
        assertThat(cookie).isPositive();
        if (entry.name().startsWith("entry-")) {
          fids.unlink(ROOT, entry.name(), 0);
        }
      }
    }
    assertThat(names).hasSize(52).doesNotHaveDuplicates().startsWith(".", "..");
    fails(Errno.EINVAL, () -> fids.readdir(2, 0, 24));
  }

  @Test
  void appendIsAtomicOverFids() throws Exception {
    fids.walk(ROOT, 2);
    fids.create(2, "log", Fids.APPEND);
    fids.walk(ROOT, 3, "log");
    fids.open(3, Fids.APPEND);
    fids.write(2, 0, "one ");
    fids.write(3, 0, "two ");
    fids.write(2, 0, "three");
    try (var file = server.namespace().open(VfsPath.parse("/a/log"), OpenOptions.READ, 0)) {
      assertThat(file.stat().size()).isEqualTo(13);
    }
  }

  @Test
  void fidsOfDifferentAttachNamesDoNotMix() throws Exception {
    fids.attach(2, "/b", -1);
    file(ROOT, "f", "");
    fails(Errno.EXDEV, () -> fids.rename(ROOT, "f", 2, "g"));
    fids.attach(3, "a", 0);
    fids.rename(ROOT, "f", 3, "g");
  }

  /** The first request of a client. */
  @Test
  void theRootOfAnAttachmentHasAttributes() throws Exception {
    fids.mkdir(ROOT, "d");
    int fid = 2;
    for (String name : List.of("", "/", "/a", "/a/d")) {
      fids.attach(fid, name, -1);
      assertThat(fids.stat(fid).isDirectory()).as(name).isTrue();
      fids.walk(fid, fid + 1);
      assertThat(fids.stat(fid + 1).fileId()).isEqualTo(fids.stat(fid).fileId());
      assertThat(fids.walk(fid + 1, fid + 1, "..")).hasSize(1);
      fid += 2;
    }
  }

  @Test
  void attachNamesAreChecked() {
    fails(Errno.EINVAL, () -> fids.attach(2, "/a/../b", -1));
    fails(Errno.ENOENT, () -> fids.attach(2, "/none", -1));
    fails(
        Errno.ENOENT,
        () -> fids.client().call(102, Frame.of(102).u32(5).text("u").text("").u32(0)));
  }
}
