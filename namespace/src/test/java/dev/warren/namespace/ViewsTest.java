package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.names;
import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.readText;
import static dev.warren.testkit.TestFiles.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.frontend.AccessRules;
import dev.warren.frontend.AccessRules.Access;
import dev.warren.frontend.AccessRules.Rule;
import dev.warren.frontend.PathPattern;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The views of {@link SharedFileSystems}, over a namespace. */
class ViewsTest {
  private static final AttributeChanges CHANGES = AttributeChanges.NONE.withPermissions(0600);

  private final Namespace namespace = new Namespace();

  @BeforeEach
  void mount() throws FsException {
    namespace.mount(path("/local"), new MemoryFileSystem(), MountDescription.of("memfs"));
    namespace.mount(path("/agents/gpt"), new MemoryFileSystem(), MountDescription.of("memfs"));
    for (String directory : List.of("/local/in", "/local/out", "/local/out/deep", "/local/own")) {
      namespace.mkdir(path(directory), 0755);
      write(namespace, path(directory + "/f"), directory);
    }
    write(namespace, path("/local/f"), "f");
    write(namespace, path("/agents/gpt/f"), "gpt");
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  private static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private SharedFileSystem restricted(Object... patternsAndAccess) throws FsException {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < patternsAndAccess.length; i += 2) {
      PathPattern pattern = PathPattern.parse((String) patternsAndAccess[i]);
      rules.add(new Rule(pattern, (Access) patternsAndAccess[i + 1]));
    }
    return SharedFileSystems.restricted(namespace, new AccessRules(rules));
  }

  @Test
  void nothingAboveASubtreeCanBeReachedOrChanged() throws FsException {
    SharedFileSystem view = SharedFileSystems.subtree(namespace, path("/local/out"));
    assertThat(names(view, VfsPath.ROOT)).containsExactlyInAnyOrder("f", "deep");
    assertThat(readText(view, path("/../../f"))).isEqualTo("/local/out");
    fails(Errno.ENOENT, () -> view.stat(path("/local")));
    fails(Errno.EBUSY, () -> view.rmdir(VfsPath.ROOT));
    fails(Errno.EBUSY, () -> view.rename(VfsPath.ROOT, path("/x"), true));
    fails(Errno.EBUSY, () -> view.rename(path("/deep"), VfsPath.ROOT, true));
    fails(Errno.EISDIR, () -> view.unlink(VfsPath.ROOT));
    fails(Errno.EEXIST, () -> view.mkdir(VfsPath.ROOT, 0755));
    assertThat(view.locks()).isSameAs(namespace.locks());
    assertThat(view.as(Caller.HOST).stat(path("/f"))).isEqualTo(view.stat(path("/f")));
    assertThat(Objects.requireNonNull(view.nonBlocking()).stat(path("/f")))
        .isEqualTo(namespace.stat(path("/local/out/f")));
    assertThat(view.nonBlocking()).isSameAs(view.nonBlocking());
    view.close();
    assertThat(view.stat(path("/f")).size()).isEqualTo(10);
  }

  @Test
  void aMissingRootIsNotCreated() throws FsException {
    SharedFileSystem view = SharedFileSystems.subtree(namespace, path("/local/none"));
    fails(Errno.ENOENT, () -> view.stat(VfsPath.ROOT));
    fails(Errno.EEXIST, () -> view.mkdir(VfsPath.ROOT, 0755));
    fails(Errno.ENOENT, () -> view.mkdir(path("/x"), 0755));
    fails(Errno.EISDIR, () -> view.open(VfsPath.ROOT, OpenOptions.REPLACE, 0644));
  }

  @Test
  void aReadOnlyViewRefusesEveryChange() throws FsException {
    SharedFileSystem view = SharedFileSystems.readOnly(namespace);
    VfsPath file = path("/local/f");
    VfsPath missing = path("/local/missing");
    assertThat(readText(view, file)).isEqualTo("f");
    assertThat(names(view, path("/local"))).contains("in", "out", "f");
    fails(Errno.EROFS, () -> view.open(file, OpenOptions.WRITE, 0));
    fails(Errno.EROFS, () -> view.open(file, OpenOptions.REPLACE, 0));
    fails(Errno.EROFS, () -> view.open(missing, OpenOptions.REPLACE, 0));
    fails(Errno.EROFS, () -> view.open(missing, OpenOptions.READ.withCreate(), 0644));
    fails(Errno.EEXIST, () -> view.open(file, OpenOptions.READ.withExclusive(), 0644));
    fails(Errno.ENOENT, () -> view.open(missing, OpenOptions.WRITE, 0644));
    fails(Errno.EISDIR, () -> view.open(path("/local"), OpenOptions.WRITE, 0));
    view.open(file, OpenOptions.READ.withCreate(), 0644).close();
    fails(Errno.EROFS, () -> view.mkdir(missing, 0755));
    fails(Errno.EEXIST, () -> view.mkdir(file, 0755));
    fails(Errno.EROFS, () -> view.unlink(file));
    fails(Errno.ENOENT, () -> view.unlink(missing));
    fails(Errno.EROFS, () -> view.rmdir(path("/local/in")));
    fails(Errno.EROFS, () -> view.rename(file, missing, true));
    fails(Errno.EROFS, () -> view.link(file, missing));
    fails(Errno.EROFS, () -> view.symlink("x", missing));
    fails(Errno.EROFS, () -> view.mknod(missing, 0010644, 0, 0));
    fails(Errno.EROFS, () -> view.setAttributes(file, CHANGES));
    fails(Errno.EROFS, () -> view.setXattr(file, "user.x", new byte[1], XattrMode.SET));
    fails(Errno.EROFS, () -> view.removeXattr(file, "user.x"));
    try (OpenFile open = view.open(file, OpenOptions.READ, 0);
        OpenDirectory directory = view.openDirectory(path("/local"))) {
      OpenFile nonBlocking = Objects.requireNonNull(open.nonBlocking());
      fails(Errno.EROFS, () -> open.setAttributes(CHANGES));
      fails(Errno.EROFS, () -> open.truncate(0));
      fails(Errno.EROFS, () -> nonBlocking.setAttributes(CHANGES));
      fails(Errno.EROFS, () -> directory.setAttributes(CHANGES));
      fails(Errno.EBADF, () -> open.write(ByteBuffer.allocate(1), 0));
      assertThat(nonBlocking.stat()).isEqualTo(namespace.stat(file));
    }
    fails(Errno.EROFS, () -> view.as(Caller.HOST).unlink(file));
    fails(Errno.EROFS, () -> Objects.requireNonNull(view.nonBlocking()).unlink(file));
    assertThat(readText(namespace, file)).isEqualTo("f");
  }

  @Test
  void pathsThatNoRuleMatchesDoNotExist() throws FsException {
    SharedFileSystem view = restricted("/local/out", Access.READ, "/agents/*", Access.WRITE);
    assertThat(names(view, VfsPath.ROOT)).containsExactlyInAnyOrder("local", "agents");
    assertThat(names(view, path("/local"))).containsExactly("out");
    assertThat(names(view, path("/local/out"))).containsExactlyInAnyOrder("f", "deep");
    assertThat(readText(view, path("/local/out/deep/f"))).isEqualTo("/local/out/deep");
    fails(Errno.ENOENT, () -> view.stat(path("/local/in")));
    fails(Errno.EACCES, () -> view.open(path("/local/out/new"), OpenOptions.REPLACE, 0644));
    fails(Errno.EACCES, () -> view.open(path("/local/out/f"), OpenOptions.WRITE, 0));
    fails(Errno.EACCES, () -> view.unlink(path("/local/out/f")));
    fails(Errno.EACCES, () -> view.mkdir(path("/local/x"), 0755));
    fails(Errno.ENOENT, () -> view.mkdir(path("/local/in/x"), 0755));
    fails(Errno.ENOENT, () -> view.open(path("/local/f"), OpenOptions.READ, 0));
    fails(Errno.ENOENT, () -> view.openDirectory(path("/local/in")));
    write(view, path("/agents/gpt/new"), "x");
    view.rename(path("/agents/gpt/new"), path("/agents/gpt/newer"), false);
    fails(Errno.EACCES, () -> view.link(path("/local/out/f"), path("/agents/gpt/l")));
    try (OpenFile open = view.open(path("/local/out/f"), OpenOptions.READ, 0)) {
      fails(Errno.EACCES, () -> open.setAttributes(CHANGES));
    }
  }

  /** Each method that lists a directory, blocking and non-blocking. */
  @Test
  void noKindOfListingShowsWhatRulesHide() throws FsException {
    SharedFileSystem view = restricted("/local/out", Access.READ, "/agents/*", Access.WRITE);
    try (OpenDirectory opened = view.openDirectory(path("/local"))) {
      for (OpenDirectory directory :
          List.of(opened, Objects.requireNonNull(opened.nonBlocking()))) {
        List<String> seen = new ArrayList<>();
        directory.read(0, false, entry -> seen.add(entry.name()));
        directory.readNames(
            0,
            (buffer, start, length, type, fileId, cookie) ->
                seen.add(new String(buffer, start, length, UTF_8)));
        assertThat(seen).containsExactly("out", "out");
      }
    }
  }

  @Test
  void theRuleWithTheMostNamesApplies() throws FsException {
    SharedFileSystem view =
        restricted(
            "/local/out/deep", Access.NONE, "/local/out", Access.WRITE, "/local", Access.READ);
    assertThat(names(view, path("/local"))).contains("in", "out", "f");
    assertThat(names(view, path("/local/out"))).containsExactly("f");
    fails(Errno.ENOENT, () -> view.stat(path("/local/out/deep/f")));
    fails(Errno.EACCES, () -> view.open(path("/local/in/f"), OpenOptions.WRITE, 0));
    write(view, path("/local/out/f"), "new");
    view.mkdir(path("/local/out/d"), 0755);
    view.rename(path("/local/out/d"), path("/local/out/e"), true);
    // Moving the directory would reveal its hidden contents.
    fails(Errno.EACCES, () -> view.rename(path("/local/out"), path("/local/x"), true));
    fails(Errno.EACCES, () -> view.mkdir(path("/local/out/deep"), 0755));
    fails(Errno.EACCES, () -> view.rename(path("/local/out/e"), path("/local/out/deep"), true));
  }

  /**
   * Moving a directory moves the hidden or writable files in it as well; moving it to a path with
   * another rule below it would apply that rule to its contents.
   */
  @ParameterizedTest
  @CsvSource({
    "/local/out/deep, NONE",
    "/local/out/deep, READ",
    "/local/*/deep, NONE",
    "/local/out/*/f, READ",
    "/local/out/not/there, NONE"
  })
  void aDirectoryWithAnotherRuleBelowCannotBeMoved(String below, Access access) throws FsException {
    SharedFileSystem view = restricted("/local", Access.WRITE, below, access);
    for (boolean replace : List.of(true, false)) {
      fails(Errno.EACCES, () -> view.rename(path("/local/out"), path("/local/elsewhere"), replace));
      fails(Errno.EACCES, () -> view.rename(path("/local/own"), path("/local/out"), replace));
    }
    fails(
        Errno.EACCES,
        () ->
            Objects.requireNonNull(view.nonBlocking())
                .rename(path("/local/out"), path("/local/elsewhere"), true));
    assertThat(names(namespace, path("/local"))).contains("out", "own").doesNotContain("elsewhere");
  }

  /** The other rule applies below a name that does not exist until a directory is moved there. */
  @Test
  void aFreeNameWithAnotherRuleBelowCannotBeATarget() throws FsException {
    SharedFileSystem view = restricted("/local", Access.WRITE, "/local/free/secret", Access.NONE);
    fails(Errno.EACCES, () -> view.rename(path("/local/out"), path("/local/free"), true));
    fails(Errno.EACCES, () -> view.rename(path("/local/out"), path("/local/free"), false));
    view.rename(path("/local/out"), path("/local/other"), true);
    assertThat(names(namespace, path("/local"))).contains("other").doesNotContain("free", "out");
  }

  @Test
  void aRuleForOneFilePermitsOnlyChangesOfItsContent() throws FsException {
    SharedFileSystem view = restricted("/local/f", Access.WRITE);
    write(view, path("/local/f"), "new");
    assertThat(readText(namespace, path("/local/f"))).isEqualTo("new");
    assertThat(names(view, path("/local"))).containsExactly("f");
    fails(Errno.EACCES, () -> view.unlink(path("/local/f")));
    namespace.unlink(path("/local/f"));
    fails(Errno.EACCES, () -> view.open(path("/local/f"), OpenOptions.REPLACE, 0644));
  }

  @ParameterizedTest
  @CsvSource({
    "/a, /a, true",
    "/a, /a/b/c, true",
    "/a, /ab, false",
    "/a/**, /a, true",
    "/**, /x/y, true",
    "/, /x, true",
    "/*, /x, true",
    "/*/b, /x/b, true",
    "/*/b, /x/c, false",
    "/a*b?c, /axxbxbyc, true",
    "/a*b?c, /abc, false",
    "/?, /ab, false",
    "/**, /, true"
  })
  void patterns(String pattern, String path, boolean expected) throws FsException {
    AccessRules rules = new AccessRules(List.of(new Rule(PathPattern.parse(pattern), Access.READ)));
    assertThat(rules.access(path(path)) == Access.READ).isEqualTo(expected);
  }

  @Test
  void doubleStarsAreOnlyAllowedAtTheEnd() {
    fails(Errno.EINVAL, () -> PathPattern.parse("/a/**/b"));
    fails(Errno.EINVAL, () -> PathPattern.parse("a/b"));
  }
}
