package dev.warren.memfs;

import dev.warren.api.FileSystem;
import dev.warren.testkit.FileSystemContract;
import dev.warren.testkit.Gap;
import java.util.EnumSet;
import java.util.Set;

/** The defaults of the interfaces satisfy the contract, except for the gaps that they document. */
class DefaultsContractTest extends FileSystemContract {
  @Override
  protected FileSystem createFileSystem() {
    return new BareFileSystem(new MemoryFileSystem());
  }

  @Override
  public Set<Gap> gaps() {
    return EnumSet.of(
        Gap.HARD_LINKS,
        Gap.SYMBOLIC_LINKS,
        Gap.SPECIAL_FILES,
        Gap.XATTRS,
        Gap.SET_ATTRIBUTES,
        Gap.OWNERSHIP,
        Gap.SPECIAL_BITS,
        Gap.LINK_TIMES,
        Gap.STATFS,
        Gap.FILE_HANDLES);
  }
}
