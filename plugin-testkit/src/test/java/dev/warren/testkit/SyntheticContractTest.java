package dev.warren.testkit;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.synthetic.DirectoryContent;
import dev.warren.api.synthetic.MemoryContent;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import dev.warren.api.synthetic.SyntheticNode;
import dev.warren.api.synthetic.Xattrs;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A complete tree built with the synthetic kit, with all operations that its directories support.
 */
class SyntheticContractTest extends FileSystemContract {
  private static final int LARGEST = 16 << 20;

  @Override
  protected FileSystem createFileSystem() {
    return new SyntheticFileSystem(SyntheticDirectory.of(new Folder()));
  }

  @Override
  public Set<Gap> gaps() {
    return EnumSet.of(
        Gap.HARD_LINKS,
        Gap.SYMBOLIC_LINKS,
        Gap.SPECIAL_FILES,
        Gap.SET_ATTRIBUTES,
        Gap.OWNERSHIP,
        Gap.SPECIAL_BITS,
        Gap.LINK_TIMES,
        Gap.SPARSE_FILES,
        Gap.DIRECTORY_HANDLES,
        Gap.LINK_COUNT,
        Gap.FILE_ID,
        Gap.BLOCKS,
        Gap.CHANGE_TIME,
        Gap.VERSION,
        Gap.STATFS,
        Gap.FILE_HANDLES);
  }

  /** Contains only the code that {@link DirectoryContent} requires; the kit enforces the rules. */
  private static final class Folder implements DirectoryContent {
    private final Map<String, SyntheticNode> nodes = new ConcurrentSkipListMap<>();

    @Override
    public Map<String, SyntheticNode> entries() {
      return nodes;
    }

    @Override
    public SyntheticFile createFile(String name, int permissions) {
      SyntheticFile file =
          SyntheticFile.stored(new MemoryContent())
              .withMaxWrite(LARGEST)
              .withPermissions(permissions)
              .withXattrs(new KeptXattrs());
      nodes.put(name, file);
      return file;
    }

    @Override
    public void createDirectory(String name, int permissions) {
      Instant now = Instant.now();
      nodes.put(
          name,
          SyntheticDirectory.of(new Folder())
              .withPermissions(permissions)
              .withModified(() -> now)
              .withXattrs(new KeptXattrs()));
    }

    @Override
    public void removeFile(String name) {
      nodes.remove(name);
    }

    @Override
    public void removeDirectory(String name) {
      nodes.remove(name);
    }

    @Override
    public void rename(String from, String to) throws FsException {
      move(from, this, to);
    }

    @Override
    public void move(String from, DirectoryContent target, String to) throws FsException {
      ((Folder) target).nodes.put(to, nodes.get(from));
      nodes.remove(from);
    }
  }

  private static final class KeptXattrs implements Xattrs {
    private final Map<String, byte[]> values = new ConcurrentHashMap<>();

    @Override
    public Map<String, byte[]> all() {
      return values;
    }

    @Override
    public void set(String name, byte[] value) {
      values.put(name, value);
    }

    @Override
    public void remove(String name) {
      values.remove(name);
    }
  }
}
