package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.LargeCookiesFileSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of directories that contain mount points. */
class ListingTest extends NamespaceFixture {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void listingsShowMountPointsOnceFromEveryCookie(int page) throws FsException {
    MemoryFileSystem root = mount("/");
    for (String name : List.of("a", "b", "hidden", "aboveMounts", "z")) {
      write(root, path("/" + name), "a file of the plugin");
    }
    mount("/hidden");
    mount("/aboveMounts/deep");
    mount("/mounted");
    Set<String> expected = Set.of("a", "b", "z", "hidden", "aboveMounts", "mounted");
    for (boolean nonBlocking : List.of(false, true)) {
      List<DirectoryEntry> all = new ArrayList<>();
      try (OpenDirectory opened = namespace.openDirectory(VfsPath.ROOT)) {
        OpenDirectory directory =
            nonBlocking ? Objects.requireNonNull(opened.nonBlocking()) : opened;
        long cookie = 0;
        List<DirectoryEntry> got;
        do {
          got = page(directory, cookie, page);
          all.addAll(got);
          cookie = got.isEmpty() ? cookie : got.getLast().cookie();
        } while (!got.isEmpty());
        assertThat(all).extracting(DirectoryEntry::name).doesNotHaveDuplicates();
        assertThat(all)
            .extracting(DirectoryEntry::name)
            .containsExactlyInAnyOrderElementsOf(expected);
        for (int i = 0; i < all.size(); i++) {
          assertThat(page(directory, all.get(i).cookie(), 100))
              .isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(all)
            .extracting(DirectoryEntry::cookie)
            .allMatch(
                c ->
                    c < OpenDirectory.RESERVED_COOKIES
                        || c
                            >= OpenDirectory.RESERVED_COOKIES + SharedFileSystem.FRONT_END_COOKIES);
        long frontEnds = OpenDirectory.RESERVED_COOKIES;
        fails(Errno.EINVAL, () -> page(directory, frontEnds, 1));
        fails(
            Errno.EINVAL,
            () -> page(directory, frontEnds + SharedFileSystem.FRONT_END_COOKIES + 3, 1));
      }
      for (DirectoryEntry entry : all) {
        FileAttributes attributes = namespace.stat(VfsPath.ROOT.resolve(entry.name()));
        assertThat(entry.attributes()).isEqualTo(attributes);
        assertThat(entry.fileId()).isEqualTo(attributes.fileId());
        assertThat(entry.type()).isEqualTo(attributes.type());
      }
    }
  }

  @Test
  void aDirectoryOfADiskIsListedInPagesAlthoughAMountIsInIt() throws Exception {
    try (DiskDirectory disk = DiskDirectory.create()) {
      namespace.mount(path("/data"), disk.open(), MountDescription.of("localfs"));
      mount("/data/scratch");
      Set<String> expected = new HashSet<>(Set.of("scratch"));
      for (int i = 0; i < 3000; i++) {
        expected.add("file-" + i);
        write(namespace, path("/data/file-" + i), "");
      }
      try (OpenDirectory directory = namespace.openDirectory(path("/data"))) {
        assertThat(paged(directory, 100)).containsExactlyInAnyOrderElementsOf(expected);
      }
      namespace.unmount(path("/data"), Duration.ZERO);
    }
  }

  @Test
  void cookiesOfAPluginMayBeAnythingButReserved() throws FsException {
    MemoryFileSystem memory = new MemoryFileSystem();
    namespace.mount(path("/data"), new LargeCookiesFileSystem(memory), MEMFS);
    mount("/data/scratch");
    for (String name : List.of("a", "b", "c")) {
      write(memory, path("/" + name), "");
    }
    try (OpenDirectory directory = namespace.openDirectory(path("/data"))) {
      assertThat(paged(directory, 1)).containsExactlyInAnyOrder("a", "b", "c", "scratch");
      fails(
          Errno.EINVAL,
          () ->
              page(
                  directory,
                  OpenDirectory.RESERVED_COOKIES + OpenDirectory.RESERVED_COOKIE_COUNT - 1,
                  1));
    }
    try (OpenDirectory root = namespace.openDirectory(VfsPath.ROOT)) {
      assertThat(paged(root, 1)).containsExactly("data");
      fails(Errno.EINVAL, () -> page(root, 1, 1));
      fails(Errno.EINVAL, () -> page(root, Long.MAX_VALUE, 1));
    }
  }

  private static List<String> paged(OpenDirectory directory, int size) throws FsException {
    List<String> names = new ArrayList<>();
    long cookie = 0;
    for (List<DirectoryEntry> page = page(directory, cookie, size);
        !page.isEmpty();
        page = page(directory, cookie, size)) {
      page.forEach(entry -> names.add(entry.name()));
      cookie = page.getLast().cookie();
    }
    return names;
  }

  private static List<DirectoryEntry> page(OpenDirectory directory, long cookie, int size)
      throws FsException {
    List<DirectoryEntry> page = new ArrayList<>();
    directory.read(cookie, true, entry -> page.size() < size && page.add(entry));
    return page;
  }
}
