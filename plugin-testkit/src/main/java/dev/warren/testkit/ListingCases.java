package dev.warren.testkit;

import static dev.warren.api.Errno.EBADF;
import static dev.warren.api.Errno.EINVAL;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOTDIR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** openDirectory, and paging while entries are created and removed. */
interface ListingCases extends ContractCases {

  /**
   * Refuses one entry after accepting the given number, as a front end whose reply is full does.
   */
  private static List<DirectoryEntry> page(OpenDirectory open, long cookie, int max)
      throws FsException {
    List<DirectoryEntry> taken = new ArrayList<>();
    open.read(cookie, false, entry -> taken.size() < max && taken.add(entry));
    return taken;
  }

  private static List<String> names(List<DirectoryEntry> entries) {
    return entries.stream().map(DirectoryEntry::name).toList();
  }

  @Test
  default void anEmptyDirectoryHasNoEntries() throws Exception {
    directory("d");
    assertThat(TestFiles.names(fs(), at("d"))).isEmpty();
  }

  @Test
  default void everyEntryIsListedOnce() throws Exception {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      file("f" + i, "");
      directory("d" + i);
      expected.add("f" + i);
      expected.add("d" + i);
    }
    assertThat(TestFiles.names(fs(), dir())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  default void entriesTellTypeAndNumber() throws Exception {
    file("f", "");
    directory("d");
    if (!lacks(Gap.SYMBOLIC_LINKS)) {
      fs().symlink("x", at("l"));
    }
    for (DirectoryEntry entry : TestFiles.entries(fs(), dir(), false)) {
      FileAttributes attributes = fs().stat(at(entry.name()));
      assertThat(entry.type()).as(entry.name()).isEqualTo(attributes.type());
      if (!lacks(Gap.FILE_ID)) {
        assertThat(entry.fileId()).as(entry.name()).isEqualTo(attributes.fileId());
      }
    }
  }

  @Test
  default void entriesCarryAttributesWhenAskedFor() throws Exception {
    file("f", "content");
    directory("d");
    for (DirectoryEntry entry : TestFiles.entries(fs(), dir(), true)) {
      FileAttributes attributes = Objects.requireNonNull(entry.attributes(), entry.name());
      FileAttributes expected = fs().stat(at(entry.name()));
      assertThat(attributes.type()).isEqualTo(expected.type());
      assertThat(attributes.size()).isEqualTo(expected.size());
      assertThat(attributes.permissions()).isEqualTo(expected.permissions());
      assertThat(attributes.modifyTime()).isEqualTo(expected.modifyTime());
      if (!lacks(Gap.FILE_ID)) {
        assertThat(attributes.fileId()).isEqualTo(expected.fileId());
      }
    }
  }

  @Test
  default void cookiesAreUniqueAndInTheirRange() throws Exception {
    for (int i = 0; i < 100; i++) {
      file("f" + i, "");
    }
    long reservedEnd = OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT;
    List<Long> cookies =
        TestFiles.entries(fs(), dir(), false).stream().map(DirectoryEntry::cookie).toList();
    assertThat(cookies)
        .hasSize(100)
        .doesNotHaveDuplicates()
        .allMatch(cookie -> cookie > 0)
        .noneMatch(cookie -> cookie >= OpenDirectory.RESERVED_COOKIES && cookie < reservedEnd);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1000})
  default void pagesOfAnySizeMakeTheWholeListing(int pageSize) throws Exception {
    for (int i = 0; i < 120; i++) {
      file("entry-" + i, "");
    }
    try (OpenDirectory open = fs().openDirectory(dir())) {
      List<DirectoryEntry> whole = page(open, 0, Integer.MAX_VALUE);
      assertThat(whole).hasSize(120);
      List<String> paged = new ArrayList<>();
      long cookie = 0;
      while (true) {
        List<DirectoryEntry> page = page(open, cookie, pageSize);
        if (page.isEmpty()) {
          break;
        }
        paged.addAll(names(page));
        cookie = page.getLast().cookie();
      }
      assertThat(paged).isEqualTo(names(whole));
    }
  }

  @Test
  default void everyCookieCanBeUsedAgainInAnyOrder() throws Exception {
    for (int i = 0; i < 60; i++) {
      file("entry-" + i, "");
    }
    try (OpenDirectory open = fs().openDirectory(dir())) {
      List<DirectoryEntry> whole = page(open, 0, Integer.MAX_VALUE);
      List<Integer> order = new ArrayList<>(IntStream.range(0, whole.size()).boxed().toList());
      Collections.shuffle(order, new Random(5));
      for (int i : order) {
        assertThat(names(page(open, whole.get(i).cookie(), 5)))
            .isEqualTo(names(whole.subList(i + 1, Math.min(i + 6, whole.size()))));
      }
      assertThat(names(page(open, 0, 3))).isEqualTo(names(whole.subList(0, 3)));
    }
  }

  @Test
  default void aVisitorThatDeclinesAtOnceGetsTheSameEntryAgain() throws Exception {
    file("f", "");
    try (OpenDirectory open = fs().openDirectory(dir())) {
      assertThat(page(open, 0, 0)).isEmpty();
      assertThat(names(page(open, 0, 1))).containsExactly("f");
    }
  }

  @Test
  default void readingOnAfterTheLastEntryGivesNothing() throws Exception {
    file("f", "");
    try (OpenDirectory open = fs().openDirectory(dir())) {
      long last = page(open, 0, 10).getLast().cookie();
      assertThat(page(open, last, 10)).isEmpty();
      assertThat(page(open, last, 10)).isEmpty();
    }
  }

  @Test
  default void aNegativeCookieIsEinval() throws Exception {
    file("f", "");
    try (OpenDirectory open = fs().openDirectory(dir())) {
      fails(() -> open.read(-1, false, entry -> true), EINVAL);
      fails(() -> open.read(Long.MIN_VALUE, false, entry -> true), EINVAL);
    }
  }

  @Test
  default void aListingGoesOnAfterAnEntryThatWasRemoved() throws Exception {
    for (int i = 0; i < 40; i++) {
      file("entry-" + i, "");
    }
    try (OpenDirectory open = fs().openDirectory(dir())) {
      List<DirectoryEntry> whole = page(open, 0, Integer.MAX_VALUE);
      DirectoryEntry tenth = whole.get(9);
      fs().unlink(at(tenth.name()));
      fs().unlink(at(whole.get(0).name()));
      fs().unlink(at(whole.get(20).name()));
      List<String> rest = names(page(open, tenth.cookie(), Integer.MAX_VALUE));
      List<String> expected = new ArrayList<>(names(whole.subList(10, 40)));
      assertThat(rest)
          .filteredOn(name -> !name.equals(whole.get(20).name()))
          .isEqualTo(expected.stream().filter(n -> !n.equals(whole.get(20).name())).toList());
    }
  }

  @Test
  default void entriesThatStayAreListedOnceWhileOthersComeAndGo() throws Exception {
    Set<String> staying = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      staying.add("stay-" + i);
      file("stay-" + i, "");
      file("go-" + i, "");
    }
    Map<String, Integer> seen = new HashMap<>();
    try (OpenDirectory open = fs().openDirectory(dir())) {
      long cookie = 0;
      int round = 0;
      while (true) {
        List<DirectoryEntry> page = page(open, cookie, 7);
        if (page.isEmpty()) {
          break;
        }
        page.forEach(entry -> seen.merge(entry.name(), 1, Integer::sum));
        cookie = page.getLast().cookie();
        if (round < 300) {
          fs().unlink(at("go-" + round));
          file("come-" + round, "");
          fs().rename(at("come-" + round), at("came-" + round), true);
          round++;
        }
      }
    }
    assertThat(seen.keySet()).containsAll(staying);
    for (String name : staying) {
      assertThat(seen.get(name)).as(name).isEqualTo(1);
    }
  }

  @Test
  default void entriesThatStayAreListedOnceWhileOtherThreadsChangeTheDirectory() throws Exception {
    Set<String> staying = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      staying.add("stay-" + i);
      file("stay-" + i, "");
    }
    AtomicBoolean listed = new AtomicBoolean();
    Race.run(
        3,
        index -> {
          if (index > 0) {
            for (int i = 0; !listed.get(); i = (i + 1) % 50) {
              VfsPath path = at("other-" + index + "-" + i);
              TestFiles.write(fs(), path, "");
              fs().unlink(path);
            }
            return;
          }
          try {
            for (int round = 0; round < 20; round++) {
              List<String> names =
                  TestFiles.names(fs(), dir()).stream().filter(n -> n.startsWith("stay")).toList();
              assertThat(names).containsExactlyInAnyOrderElementsOf(staying);
            }
          } finally {
            listed.set(true);
          }
        });
  }

  @Test
  default void aVeryLargeDirectoryIsListedWhole() throws Exception {
    int count = manyEntries();
    for (int i = 0; i < count; i++) {
      fs().open(at("entry-" + i), OpenOptions.WRITE.withExclusive(), 0644).close();
    }
    boolean[] seen = new boolean[count];
    int listed = 0;
    try (OpenDirectory open = fs().openDirectory(dir())) {
      long cookie = 0;
      while (true) {
        List<DirectoryEntry> page = page(open, cookie, 500);
        if (page.isEmpty()) {
          break;
        }
        for (DirectoryEntry entry : page) {
          int number = Integer.parseInt(entry.name().substring("entry-".length()));
          assertThat(seen[number]).as(entry.name()).isFalse();
          seen[number] = true;
          listed++;
        }
        cookie = page.getLast().cookie();
      }
    }
    assertThat(listed).isEqualTo(count);
    assertThat(fs().stat(at("entry-" + (count - 1))).type()).isEqualTo(FileType.REGULAR);
  }

  @Test
  default void openDirectoryOfAFileIsEnotdir() throws Exception {
    file("f", "");
    fails(() -> fs().openDirectory(at("f")), ENOTDIR);
    fails(() -> fs().openDirectory(at("f/x")), ENOTDIR);
  }

  @Test
  default void openDirectoryOfAMissingNameIsEnoent() {
    fails(() -> fs().openDirectory(at("none")), ENOENT);
    fails(() -> fs().openDirectory(at("none/d")), ENOENT);
  }

  @Test
  default void theRootCanBeListed() throws Exception {
    assertThat(TestFiles.names(fs(), VfsPath.ROOT)).contains(dir().names().getFirst());
  }

  @Test
  default void anOpenDirectoryTellsItsAttributes() throws Exception {
    directory("d");
    try (OpenDirectory open = fs().openDirectory(at("d"))) {
      FileAttributes attributes = open.stat();
      assertThat(attributes.isDirectory()).isTrue();
      assertThat(attributes.permissions()).isEqualTo(TestFiles.DIRECTORY_PERMISSIONS);
      if (!lacks(Gap.FILE_ID)) {
        assertThat(attributes.fileId()).isEqualTo(fs().stat(at("d")).fileId());
      }
      open.sync();
    }
  }

  private void checkGoneOrGoingOn(OpenDirectory open) {
    try {
      assertThat(open.stat().isDirectory()).isTrue();
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(visible(ENOENT));
    }
  }

  @Test
  default void anOpenDirectoryFollowsItsRename() throws Exception {
    directory("d");
    file("d/f", "");
    try (OpenDirectory open = fs().openDirectory(at("d"))) {
      fs().rename(at("d"), at("e"), true);
      if (lacks(Gap.DIRECTORY_HANDLES)) {
        checkGoneOrGoingOn(open);
        return;
      }
      file("e/g", "");
      assertThat(names(page(open, 0, 10))).containsExactlyInAnyOrder("f", "g");
      assertThat(open.stat().isDirectory()).isTrue();
    }
  }

  @Test
  default void anOpenDirectoryThatWasRemovedIsEmpty() throws Exception {
    directory("d");
    try (OpenDirectory open = fs().openDirectory(at("d"))) {
      fs().rmdir(at("d"));
      if (lacks(Gap.DIRECTORY_HANDLES)) {
        checkGoneOrGoingOn(open);
        return;
      }
      assertThat(page(open, 0, 10)).isEmpty();
      assertThat(open.stat().isDirectory()).isTrue();
      directory("d");
      file("d/f", "");
      assertThat(page(open, 0, 10)).isEmpty();
    }
  }

  @Test
  default void aClosedDirectoryIsEbadf() throws Exception {
    directory("d");
    OpenDirectory open = fs().openDirectory(at("d"));
    open.close();
    open.close();
    fails(() -> open.read(0, false, entry -> true), EBADF);
    fails(open::stat, EBADF);
    fails(open::sync, EBADF);
  }

  @Test
  default void aListingThatIsLeftEarlyLeavesNothingBehind() throws Exception {
    directory("d");
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      file("d/entry-" + i, "");
      all.add("entry-" + i);
    }
    OpenDirectory left = fs().openDirectory(at("d"));
    DirectoryEntry last = page(left, 0, 3).getLast();
    try (OpenDirectory other = fs().openDirectory(at("d"))) {
      assertThat(page(other, 0, 3)).hasSize(3);
      left.close();
      fails(() -> left.read(last.cookie(), false, entry -> true), EBADF);
      assertThat(names(page(other, 0, Integer.MAX_VALUE))).containsExactlyInAnyOrderElementsOf(all);
    }
    assertThat(TestFiles.names(fs(), at("d"))).containsExactlyInAnyOrderElementsOf(all);
    for (String name : all) {
      fs().unlink(at("d/" + name));
    }
    fs().rmdir(at("d"));
    assertThat(exists("d")).isFalse();
  }

  /**
   * Front ends pass on any number that a client sends: it must lead neither to another error nor to
   * entries that do not exist.
   */
  @ParameterizedTest
  @ValueSource(
      longs = {
        1L << 32,
        (1L << 32) + 1,
        OpenDirectory.RESERVED_COOKIES,
        OpenDirectory.RESERVED_COOKIES + 1,
        OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT - 1,
        OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
      })
  default void aCookieThatWasNeverGivenIsEinvalOrSomePlaceInTheListing(long cookie)
      throws Exception {
    for (int i = 0; i < 5; i++) {
      file("f" + i, "");
    }
    try (OpenDirectory open = fs().openDirectory(dir())) {
      List<String> whole = names(page(open, 0, Integer.MAX_VALUE));
      List<String> rest = new ArrayList<>();
      try {
        open.read(cookie, false, entry -> rest.add(entry.name()));
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(visible(EINVAL));
      }
      assertThat(whole).endsWith(rest.toArray(String[]::new));
      assertThat(names(page(open, 0, Integer.MAX_VALUE))).isEqualTo(whole);
    }
  }

  @Test
  default void severalThreadsCanListThroughOneHandle() throws Exception {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      file("f" + i, "");
      expected.add("f" + i);
    }
    try (OpenDirectory open = fs().openDirectory(dir())) {
      Race.run(
          4,
          index -> {
            for (int round = 0; round < 10; round++) {
              assertThat(names(page(open, 0, Integer.MAX_VALUE)))
                  .containsExactlyInAnyOrderElementsOf(expected);
            }
          });
    }
  }
}
