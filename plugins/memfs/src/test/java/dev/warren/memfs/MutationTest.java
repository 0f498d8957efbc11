package dev.warren.memfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileSystem;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.api.XattrMode;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import dev.warren.testkit.TestFiles;
import dev.warren.testkit.model.ModelComparison;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.text.Normalizer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/**
 * Tests the tests: file systems with one deliberate mistake each, based on a correct one. The
 * contract must detect every mistake, and the random operations must detect those that a single
 * thread can observe.
 */
class MutationTest {
  private static final int SEQUENCES = 40;

  /**
   * A mistake.
   *
   * @param noticedBy a case of the contract that must detect it
   * @param seenBySequences whether the random operations of one thread can encounter it
   * @param maker introduces it into a correct file system
   */
  record Mistake(
      String text, String noticedBy, boolean seenBySequences, UnaryOperator<FileSystem> maker) {
    FileSystem open() {
      return maker.apply(new MemoryFileSystem());
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a write returns more than it wrote",
            "writesReplaceOnlyTheirRange",
            true,
            ShortWrites::new),
        new Mistake("rename copies", "renameMovesAFile", true, CopyingRename::new),
        new Mistake(
            "a listing repeats an entry", "everyEntryIsListedOnce", true, RepeatingList::new),
        new Mistake(
            "cookies are positions",
            "aListingGoesOnAfterAnEntryThatWasRemoved",
            false,
            PositionalList::new),
        new Mistake(
            "every handle appends at its own end",
            "appendsByManyThreadsNeitherOverlapNorTear",
            true,
            OwnEndAppend::new),
        new Mistake(
            "enotempty is eexist",
            "rmdirOfADirectoryWithEntriesIsEnotempty",
            true,
            SwappedErrno::new),
        new Mistake("offsets are of 31 bits", "offsetsAreOf64Bits", true, ShortOffsets::new),
        new Mistake("growing does nothing", "truncatingUpAddsZeros", true, NoGrowth::new),
        new Mistake(
            "exclusive is ignored", "oneOfManyExclusiveCreationsWins", true, NotExclusive::new),
        new Mistake(
            "noreplace is ignored", "oneOfManyRenamesToAFreeNameWins", true, AlwaysReplace::new),
        new Mistake("open files are paths", "anUnlinkedFileGoesOnWorking", true, PathFiles::new),
        new Mistake(
            "names are composed", "composedAndDecomposedNamesAreTwo", false, ComposedNames::new),
        new Mistake("a close does nothing", "aClosedFileIsEbadf", false, NoClose::new),
        new Mistake(
            "a read leaves the position",
            "everyKindOfBufferCanBeWrittenAndRead",
            true,
            UnmovedBuffers::new),
        new Mistake(
            "file ids depend on paths", "theNumberOfAFileStaysOverARename", true, PathNumbers::new),
        new Mistake(
            "xattr modes are ignored",
            "createIsEexistForAnExistingAttribute",
            true,
            LooseXattrs::new),
        new Mistake(
            "what would block is done",
            "whatTheViewCouldNotDoHasNotHappened",
            false,
            HastyView::new));
  }

  static Stream<Mistake> mistakesSeenBySequences() {
    return mistakes().filter(Mistake::seenBySequences);
  }

  /** The contract with one mistake. Its name excludes it from the tests that the build runs. */
  static class Mutant extends FileSystemContract {
    static Mistake mistake;

    @Override
    protected FileSystem createFileSystem() {
      return mistake.open();
    }

    @Override
    public Set<Gap> gaps() {
      return Set.of(Gap.FILE_HANDLES); // the wrappers look files up by name only
    }

    @Override
    public int manyEntries() {
      return 500;
    }
  }

  private static DiscoverySelector contractCase(String name) {
    List<Method> methods =
        ReflectionSupport.findMethods(
            Mutant.class, m -> m.getName().equals(name), HierarchyTraversalMode.TOP_DOWN);
    assertThat(methods).as(name).hasSize(1);
    return selectMethod(Mutant.class, methods.getFirst());
  }

  private static Events run(DiscoverySelector cases) {
    return EngineTestKit.engine("junit-jupiter").selectors(cases).execute().allEvents();
  }

  /** The cases that did not succeed, and their invocations with parameters. */
  private static Stream<Event> failures(Events events) {
    return Stream.concat(events.failed().stream(), events.aborted().stream());
  }

  private static Set<String> cases(Stream<Event> events) {
    return events
        .flatMap(event -> event.getTestDescriptor().getSource().stream())
        .filter(org.junit.platform.engine.support.descriptor.MethodSource.class::isInstance)
        .map(org.junit.platform.engine.support.descriptor.MethodSource.class::cast)
        .map(source -> source.getMethodName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void theContractNotices(Mistake mistake) {
    Mutant.mistake = mistake;
    Events events = run(contractCase(mistake.noticedBy()));
    assertThat(cases(failures(events))).containsExactly(mistake.noticedBy());
  }

  @Test
  void onlyTheCasesThatAMistakeConcernsFail() {
    Mutant.mistake = new Mistake("", "", true, SwappedErrno::new);
    Events events = run(selectClass(Mutant.class));
    assertThat(cases(failures(events)))
        .contains("rmdirOfADirectoryWithEntriesIsEnotempty")
        .hasSizeLessThan(4);
    Set<String> succeeded = cases(events.succeeded().stream());
    succeeded.removeAll(cases(failures(events))); // these fail with some of their parameters
    assertThat(succeeded).hasSizeGreaterThan(200);
  }

  @Test
  void theFailureOfAParameterisedCaseNamesItsArguments() {
    Mutant.mistake = new Mistake("", "", true, NotExclusive::new);
    Events events = run(contractCase("openAnExistingFile"));
    assertThat(
            failures(events).map(e -> e.getRequiredPayload(TestExecutionResult.class).toString()))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains("create|exclusive").contains("EEXIST"))
        .anySatisfy(message -> assertThat(message).contains("read|write|append|create|exclusive"));
  }

  @ParameterizedTest
  @MethodSource("mistakesSeenBySequences")
  void randomOperationsNotice(Mistake mistake) throws Exception {
    ModelComparison comparison =
        new ModelComparison(MemoryFileSystem::new, mistake::open, Set.of());
    String difference = null;
    for (int seed = 0; seed < SEQUENCES && difference == null; seed++) {
      difference = comparison.run(seed, 300);
    }
    assertThat(difference).contains("answered: ");
  }

  @Test
  void aDifferenceIsReducedToFewSteps() throws Exception {
    ModelComparison comparison =
        new ModelComparison(
            MemoryFileSystem::new, () -> new CopyingRename(new MemoryFileSystem()), Set.of());
    String difference = comparison.run(1, 300);
    assertThat(difference).contains("Rename");
    assertThat(difference.lines().count()).isLessThan(12);
  }

  private static class ShortWrites extends ForwardingFileSystem {
    ShortWrites(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public int write(ByteBuffer source, long offset) throws FsException {
          int size = source.remaining();
          if (size > 1) {
            super.write(source.slice(source.position(), size - 1), offset);
            source.position(source.limit());
            return size;
          }
          return super.write(source, offset);
        }
      };
    }
  }

  private static class CopyingRename extends ForwardingFileSystem {
    CopyingRename(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      super.rename(from, to, replace);
      if (!from.equals(to) && !TestFiles.exists(delegate(), from) && !stat(to).isDirectory()) {
        super.link(to, from);
      }
    }
  }

  private static class RepeatingList extends ForwardingFileSystem {
    RepeatingList(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      return new ForwardingOpenDirectory(super.openDirectory(path)) {
        @Override
        public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
          super.read(
              cookie,
              attributes,
              entry -> {
                boolean more = visitor.visit(entry);
                return more && visitor.visit(entry);
              });
        }
      };
    }
  }

  private static class PositionalList extends ForwardingFileSystem {
    PositionalList(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenDirectory openDirectory(VfsPath path) throws FsException {
      return new ForwardingOpenDirectory(super.openDirectory(path)) {
        @Override
        public void read(long cookie, boolean attributes, Visitor visitor) throws FsException {
          if (cookie < 0) {
            throw new FsException(Errno.EINVAL);
          }
          long[] position = {0};
          super.read(
              0,
              attributes,
              e ->
                  ++position[0] <= cookie
                      || visitor.visit(
                          new DirectoryEntry(
                              e.name(), e.type(), e.fileId(), position[0], e.attributes())));
        }
      };
    }
  }

  private static class OwnEndAppend extends ForwardingFileSystem {
    OwnEndAppend(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions o, int permissions) throws FsException {
      OpenOptions plain =
          new OpenOptions(
              o.read(), o.write(), false, o.create(), o.exclusive(), o.truncate(), o.sync());
      OpenFile file = super.open(path, plain, permissions);
      return !o.append()
          ? file
          : new ForwardingOpenFile(file) {
            private long end = -1;

            @Override
            public int write(ByteBuffer source, long offset) throws FsException {
              end = end < 0 ? stat().size() : end;
              int count = super.write(source, end);
              end += count;
              return count;
            }
          };
    }
  }

  private static class SwappedErrno extends ForwardingFileSystem {
    SwappedErrno(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void rmdir(VfsPath path) throws FsException {
      try {
        super.rmdir(path);
      } catch (FsException e) {
        throw e.errno() == Errno.ENOTEMPTY ? new FsException(Errno.EEXIST) : e;
      }
    }
  }

  private static class ShortOffsets extends ForwardingFileSystem {
    ShortOffsets(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public int write(ByteBuffer source, long offset) throws FsException {
          return super.write(source, offset < 0 ? offset : offset & Integer.MAX_VALUE);
        }
      };
    }
  }

  private static class NoGrowth extends ForwardingFileSystem {
    NoGrowth(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public void truncate(long size) throws FsException {
          super.truncate(Math.min(size, stat().size()));
        }
      };
    }
  }

  private static class NotExclusive extends ForwardingFileSystem {
    NotExclusive(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions o, int permissions) throws FsException {
      return super.open(
          path,
          new OpenOptions(
              o.read(), o.write(), o.append(), o.create(), false, o.truncate(), o.sync()),
          permissions);
    }
  }

  private static class AlwaysReplace extends ForwardingFileSystem {
    AlwaysReplace(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
      super.rename(from, to, true);
    }
  }

  private static class PathFiles extends ForwardingFileSystem {
    PathFiles(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      FileSystem fs = delegate();
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public int read(ByteBuffer target, long offset) throws FsException {
          stat();
          if (!options.read()) {
            return super.read(target, offset);
          }
          try (OpenFile again = fs.open(path, OpenOptions.READ, 0)) {
            return again.read(target, offset);
          }
        }
      };
    }
  }

  private static class ComposedNames extends ForwardingFileSystem {
    ComposedNames(FileSystem delegate) {
      super(delegate);
    }

    private static VfsPath composed(VfsPath path) throws FsException {
      return VfsPath.parse(Normalizer.normalize(path.toString(), Normalizer.Form.NFC));
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      return super.stat(composed(path));
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return super.open(composed(path), options, permissions);
    }
  }

  private static class NoClose extends ForwardingFileSystem {
    NoClose(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        private int calls;

        @Override
        public void close() throws FsException {
          calls++;
          if (calls > 1 || !options.read()) {
            super.close();
          }
        }
      };
    }
  }

  private static class UnmovedBuffers extends ForwardingFileSystem {
    UnmovedBuffers(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
      return new ForwardingOpenFile(super.open(path, options, permissions)) {
        @Override
        public int read(ByteBuffer target, long offset) throws FsException {
          return super.read(target.slice(), offset);
        }
      };
    }
  }

  private static class PathNumbers extends ForwardingFileSystem {
    PathNumbers(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public FileAttributes stat(VfsPath path) throws FsException {
      return super.stat(path).toBuilder().fileId(path.toString().hashCode()).build();
    }
  }

  private static class LooseXattrs extends ForwardingFileSystem {
    LooseXattrs(FileSystem delegate) {
      super(delegate);
    }

    @Override
    public void setXattr(VfsPath path, String name, byte[] value, XattrMode mode)
        throws FsException {
      super.setXattr(path, name, value, XattrMode.SET);
    }
  }

  private static class HastyView extends ForwardingFileSystem {
    private final FileSystem view;

    HastyView(FileSystem delegate) {
      super(delegate);
      view =
          new ForwardingFileSystem(delegate) {
            @Override
            public void mkdir(VfsPath path, int permissions) throws FsException {
              super.mkdir(path, permissions);
              throw WouldBlockException.INSTANCE;
            }
          };
    }

    @Override
    public FileSystem nonBlocking() {
      return view;
    }
  }
}
