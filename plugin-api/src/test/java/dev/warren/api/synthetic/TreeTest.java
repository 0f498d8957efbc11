package dev.warren.api.synthetic;

import static dev.warren.api.synthetic.SyntheticFile.constant;
import static dev.warren.api.synthetic.SyntheticFile.text;
import static dev.warren.api.synthetic.Trees.assertErrno;
import static dev.warren.api.synthetic.Trees.list;
import static dev.warren.api.synthetic.Trees.names;
import static dev.warren.api.synthetic.Trees.path;
import static dev.warren.api.synthetic.Trees.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.HostUser;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {
  private final Map<String, SyntheticNode> jobs = new TreeMap<>();
  private final List<String> told = new ArrayList<>();

  private final SyntheticFileSystem fs =
      new SyntheticFileSystem(
          SyntheticDirectory.fixed()
              .with("readme", constant("Read me.\n"))
              .with("now", text(() -> "now\n"))
              .with("soon", text(() -> "soon\n").nonBlocking())
              .with("ctl", SyntheticFile.command(told::add))
              .with("checked", SyntheticFile.command(line -> {}, line -> {}))
              .with("sub", SyntheticDirectory.fixed().with("deep", constant("deep\n")))
              .with(
                  "jobs", SyntheticDirectory.computed(() -> jobs).with("all", constant("all\n"))));

  @Test
  void pathsLeadToNodes() throws Exception {
    assertThat(read(fs, path("/sub/deep"))).isEqualTo("deep\n");
    assertThat(fs.stat(path("/sub")).type()).isEqualTo(FileType.DIRECTORY);
    assertThat(fs.stat(VfsPath.ROOT).permissions()).isEqualTo(0555);
    FileAttributes now = fs.stat(path("/now"));
    assertThat(now.type()).isEqualTo(FileType.REGULAR);
    assertThat(now.uid()).isEqualTo(HostUser.current().uid());
    assertThat(now.modifySeconds()).isPositive();
  }

  @Test
  void missingPathsAndWrongTypesAreErrors() {
    assertErrno(Errno.ENOENT, () -> fs.stat(path("/none")));
    assertErrno(Errno.ENOENT, () -> fs.stat(path("/none/none")));
    assertErrno(Errno.ENOTDIR, () -> fs.stat(path("/now/none")));
    assertErrno(Errno.ENOTDIR, () -> fs.openDirectory(path("/now")));
    assertErrno(Errno.EISDIR, () -> fs.open(path("/sub"), OpenOptions.READ, 0));
    assertErrno(Errno.EINVAL, () -> fs.readlink(path("/now")));
    assertErrno(Errno.ENOENT, () -> fs.readlink(path("/none")));
    assertErrno(Errno.ENOENT, () -> fs.open(path("/none"), OpenOptions.READ, 0));
  }

  @Test
  void theTreeIsReadOnly() {
    VfsPath there = path("/sub/deep");
    VfsPath missing = path("/sub/new");
    assertErrno(Errno.EROFS, () -> fs.mkdir(missing, 0755));
    assertErrno(Errno.EEXIST, () -> fs.mkdir(there, 0755));
    assertErrno(Errno.EEXIST, () -> fs.mkdir(VfsPath.ROOT, 0755));
    assertErrno(Errno.ENOENT, () -> fs.mkdir(path("/none/new"), 0755));
    assertErrno(Errno.EROFS, () -> fs.symlink("x", missing));
    assertErrno(Errno.EROFS, () -> fs.mknod(missing, 0100644, 0, 0));
    assertErrno(Errno.EROFS, () -> fs.link(there, missing));
    assertErrno(Errno.ENOENT, () -> fs.link(missing, path("/sub/other")));
    assertErrno(Errno.EROFS, () -> fs.unlink(there));
    assertErrno(Errno.EISDIR, () -> fs.unlink(VfsPath.ROOT));
    assertErrno(Errno.EROFS, () -> fs.rmdir(path("/sub")));
    assertErrno(Errno.EBUSY, () -> fs.rmdir(VfsPath.ROOT));
    assertErrno(Errno.EROFS, () -> fs.rename(there, missing, true));
    assertErrno(Errno.EBUSY, () -> fs.rename(VfsPath.ROOT, missing, true));
    assertErrno(Errno.ENOTDIR, () -> fs.rename(there, path("/now/x"), true));
    assertErrno(Errno.EROFS, () -> fs.open(missing, OpenOptions.REPLACE, 0644));
    assertErrno(Errno.EEXIST, () -> fs.open(there, OpenOptions.WRITE.withExclusive(), 0644));
    assertErrno(
        Errno.EISDIR, () -> fs.setAttributes(path("/sub"), AttributeChanges.NONE.withSize(0)));
    assertErrno(
        Errno.EPERM,
        () -> fs.setAttributes(path("/sub"), AttributeChanges.NONE.withPermissions(0700)));
  }

  @Test
  void existingFilesCanBeOpenedWithCreate() throws Exception {
    List<String> names = names(fs, VfsPath.ROOT);
    try (OpenFile file = fs.open(path("/ctl"), OpenOptions.REPLACE, 0644)) {
      assertThat(file.stat()).isEqualTo(fs.stat(path("/ctl")));
      assertThat(Trees.write(file, "do it\n", 0)).isEqualTo(6);
    }
    assertThat(told).containsExactly("do it");
    try (OpenFile file = fs.open(path("/readme"), OpenOptions.READ.withCreate(), 0600)) {
      assertThat(read(file, 0)).isEqualTo("Read me.\n");
      assertThat(file.stat().permissions()).as("those it has").isEqualTo(0444);
    }
    assertThat(names(fs, VfsPath.ROOT)).isEqualTo(names);
  }

  @Test
  void aListingShowsTheNodes() throws Exception {
    List<DirectoryEntry> entries = list(fs, VfsPath.ROOT);
    assertThat(entries)
        .extracting(DirectoryEntry::name)
        .containsExactly("readme", "now", "soon", "ctl", "checked", "sub", "jobs");
    for (DirectoryEntry entry : entries) {
      FileAttributes attributes = fs.stat(VfsPath.ROOT.resolve(entry.name()));
      assertThat(entry.attributes()).isEqualTo(attributes);
      assertThat(entry.fileId()).isEqualTo(attributes.fileId());
      assertThat(entry.type()).isEqualTo(attributes.type());
    }
  }

  @Test
  void aListingContinuesFromAnyCookie() throws Exception {
    try (OpenDirectory directory = fs.openDirectory(VfsPath.ROOT)) {
      List<DirectoryEntry> all = new ArrayList<>();
      directory.read(0, false, all::add);
      assertThat(all).allSatisfy(entry -> assertThat(entry.attributes()).isNull());
      List<DirectoryEntry> rest = new ArrayList<>();
      directory.read(
          all.get(1).cookie(),
          false,
          entry -> {
            rest.add(entry);
            return rest.size() < 2;
          });
      assertThat(rest).isEqualTo(all.subList(2, 4));
      assertErrno(Errno.EINVAL, () -> directory.read(all.size() + 1, false, entry -> true));
      assertErrno(Errno.EINVAL, () -> directory.read(-1, false, entry -> true));
      directory.sync();
      assertThat(directory.stat()).isEqualTo(fs.stat(VfsPath.ROOT));
      assertErrno(
          Errno.EPERM, () -> directory.setAttributes(AttributeChanges.NONE.withPermissions(0700)));
    }
  }

  @Test
  void aClosedDirectoryCannotBeListed() throws Exception {
    OpenDirectory directory = fs.openDirectory(VfsPath.ROOT);
    directory.close();
    assertErrno(Errno.EBADF, () -> directory.read(0, false, entry -> true));
    assertErrno(Errno.EBADF, directory::stat);
    assertErrno(Errno.EBADF, directory::sync);
  }

  @Test
  void computedDirectoriesFollowTheirSource() throws Exception {
    assertThat(names(fs, path("/jobs"))).containsExactly("all");
    jobs.put("1", SyntheticDirectory.fixed().with("state", constant("done\n")));
    jobs.put("all", constant("hidden by the fixed one\n"));
    assertThat(names(fs, path("/jobs"))).containsExactly("all", "1");
    assertThat(read(fs, path("/jobs/1/state"))).isEqualTo("done\n");
    assertThat(read(fs, path("/jobs/all"))).isEqualTo("all\n");
    jobs.clear();
    assertErrno(Errno.ENOENT, () -> fs.stat(path("/jobs/1/state")));
  }

  @Test
  void fileNumbersDependOnThePathAlone() throws Exception {
    jobs.put("1", constant("x"));
    long before = fs.stat(path("/jobs/1")).fileId();
    jobs.put("0", constant("y"));
    assertThat(fs.stat(path("/jobs/1")).fileId()).isEqualTo(before).isBetween(2L, (1L << 40) - 1);
    assertThat(fs.stat(path("/jobs/0")).fileId()).isNotEqualTo(before);
    assertThat(fs.stat(path("/jobs")).fileId()).isNotEqualTo(fs.stat(path("/sub")).fileId());
    SyntheticFileSystem other =
        new SyntheticFileSystem(
            SyntheticDirectory.fixed()
                .with("jobs", SyntheticDirectory.fixed().with("1", constant("z"))));
    assertThat(other.stat(path("/jobs/1")).fileId()).as("after a restart").isEqualTo(before);
  }

  @Test
  void manyPathsHaveManyNumbers() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      jobs.put(Integer.toString(i), constant(""));
    }
    assertThat(list(fs, path("/jobs"))).extracting(DirectoryEntry::fileId).doesNotHaveDuplicates();
  }

  /** The other entries are shown, and the missing one is logged once. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "nul\0", "\ud800"})
  void anInvalidComputedNameIsLeftOutAndLogged(String bad) throws Exception {
    jobs.put(bad, constant("x"));
    jobs.put("good", constant("x"));
    List<String> logged =
        Logged.during(
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThat(names(fs, path("/jobs"))).containsExactly("all", "good");
              }
              assertErrno(Errno.ENOENT, () -> fs.stat(path("/jobs/missing")));
            });
    assertThat(logged)
        .singleElement()
        .asString()
        .contains("/jobs", "no file name")
        .doesNotContain("\0");
  }

  @Test
  void aComputedEntryThatIsNullIsLeftOutAndLogged() throws Exception {
    Map<String, SyntheticNode> entries = new LinkedHashMap<>();
    entries.put("nothing", null);
    entries.put(null, constant("x"));
    entries.put("good", constant("x"));
    SyntheticFileSystem tree = new SyntheticFileSystem(SyntheticDirectory.computed(() -> entries));
    List<String> logged =
        Logged.during(() -> assertThat(names(tree, VfsPath.ROOT)).containsExactly("good"));
    assertThat(logged).hasSize(2);
  }

  @Test
  void theLogOfBadEntriesIsBounded() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      jobs.put("a/" + i, constant("x"));
    }
    List<String> logged = Logged.during(() -> names(fs, path("/jobs")));
    assertThat(logged).hasSizeBetween(1, 100);
  }

  @Test
  void aSourceThatFailsFailsTheLookUp() {
    SyntheticFileSystem broken =
        new SyntheticFileSystem(
            SyntheticDirectory.computed(
                () -> {
                  throw new FsException(Errno.EAGAIN, "not yet");
                }));
    assertThatThrownBy(() -> broken.stat(path("/x"))).hasMessage("not yet");
    assertThatThrownBy(() -> names(broken, VfsPath.ROOT)).hasMessage("not yet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "now"})
  void fixedNamesAreChecked(String name) {
    SyntheticDirectory directory = SyntheticDirectory.fixed().with("now", constant(""));
    assertThatThrownBy(() -> directory.with(name, constant("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void directoriesHavePermissions() throws Exception {
    SyntheticDirectory secret = SyntheticDirectory.fixed().withPermissions(0500);
    assertThat(new SyntheticFileSystem(secret.with("x", constant(""))).stat(VfsPath.ROOT))
        .extracting(FileAttributes::permissions)
        .isEqualTo(0500);
  }

  @Test
  void theNonBlockingViewServesNodesThatDoNotBlock() throws Exception {
    FileSystem view = fs.nonBlocking();
    assertThat(view).isSameAs(fs.nonBlocking()).isSameAs(view.nonBlocking());
    assertThat(view.stat(path("/now"))).isEqualTo(fs.stat(path("/now")));
    assertThat(names(view, VfsPath.ROOT)).isEqualTo(names(fs, VfsPath.ROOT));
    assertThat(names(view, path("/sub"))).containsExactly("deep");
    assertThat(read(view, path("/soon"))).isEqualTo("soon\n");
    assertThat(read(view, path("/readme"))).isEqualTo("Read me.\n");
    assertThat(read(view, path("/jobs/all"))).as("fixed").isEqualTo("all\n");
    assertWouldBlock(() -> view.open(path("/now"), OpenOptions.READ, 0));
    assertWouldBlock(() -> view.stat(path("/jobs/1")));
    assertWouldBlock(() -> view.openDirectory(path("/jobs")));
    assertErrno(Errno.EROFS, () -> view.mkdir(path("/new"), 0755));
  }

  @Test
  void openFilesDeclareWhetherTheyBlock() throws Exception {
    assertThat(fs.open(path("/now"), OpenOptions.READ, 0))
        .satisfies(file -> assertThat(file.nonBlocking()).isSameAs(file));
    assertThat(fs.open(path("/ctl"), OpenOptions.WRITE, 0))
        .satisfies(file -> assertThat(file.nonBlocking()).isSameAs(file));
    assertThat(fs.open(path("/checked"), OpenOptions.WRITE, 0).nonBlocking()).isNull();
  }

  @Test
  void nonBlockingDirectoriesAndChecksDoNotBlock() throws Exception {
    FileSystem view =
        new SyntheticFileSystem(
                SyntheticDirectory.computed(
                        () ->
                            Map.of(
                                "ctl", SyntheticFile.command(line -> {}, line -> {}).nonBlocking()))
                    .nonBlocking())
            .nonBlocking();
    assertThat(names(view, VfsPath.ROOT)).containsExactly("ctl");
    assertThat(view.open(path("/ctl"), OpenOptions.WRITE, 0))
        .satisfies(file -> assertThat(file.nonBlocking()).isSameAs(file));
  }

  private static void assertWouldBlock(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable operation) {
    assertThatThrownBy(operation).isSameAs(WouldBlockException.INSTANCE);
  }

  @Test
  void eachCallerMayHaveItsOwnTree() throws Exception {
    SyntheticFileSystem personal =
        new SyntheticFileSystem(
            caller ->
                SyntheticDirectory.fixed()
                    .with("whoami", text(() -> caller.user() + "\n").nonBlocking()));
    Caller ann = new Caller("ann", 1000, 1000, List.of(), "test", null);
    FileSystem hers = personal.as(ann);
    assertThat(read(personal, path("/whoami"))).isEqualTo("host\n");
    assertThat(read(hers, path("/whoami"))).isEqualTo("ann\n");
    assertThat(read(hers.nonBlocking(), path("/whoami"))).isEqualTo("ann\n");
    hers.close();
    assertErrno(Errno.EIO, () -> personal.stat(VfsPath.ROOT));
    assertThat(fs.as(ann)).as("the same for everyone").isSameAs(fs);
  }

  @Test
  void openFilesEndWithTheFileSystem() throws Exception {
    List<String> done = new ArrayList<>();
    SyntheticFileSystem tree = Trees.of(SyntheticFile.command(done::add));
    var file = Trees.open(tree, OpenOptions.WRITE);
    Trees.write(file, "do it\n", 0);
    tree.close();
    tree.close();
    assertErrno(Errno.EBADF, () -> Trees.write(file, "x", 6));
    file.close();
    assertThat(done).isEmpty();
    assertErrno(Errno.EIO, () -> tree.stat(VfsPath.ROOT));
    assertErrno(Errno.EIO, () -> tree.openDirectory(VfsPath.ROOT));
  }
}
