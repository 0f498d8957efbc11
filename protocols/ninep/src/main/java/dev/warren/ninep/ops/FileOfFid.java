package dev.warren.ninep.ops;

import dev.warren.api.AttributeChanges;
import dev.warren.api.AttributesBuffer;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.Opened;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The file whose attributes a fid's request reads or changes. For an open fid, it is the open file.
 * For another fid, it is the file at the fid's path. But if that file has been removed or replaced,
 * it is the file that the fid referred to before, as long as some fid of the same attachment has it
 * open. The Linux client relies on this: after an unlink it requests the open file's attributes
 * with the fid of its last lookup.
 */
final class FileOfFid {
  private @Nullable Fid fid;
  private @Nullable Opened own;
  private @Nullable Opened sharing;
  private boolean changed;

  /**
   * @param forSize whether the size will be changed, which requires a file open for writing
   */
  void prepare(Fid of, Session session, boolean forSize) {
    fid = of;
    own = of.handle() instanceof Opened opened ? opened : null;
    sharing = own == null && !of.isFound() ? session.findOpened(of, forSize) : null;
    changed = false;
  }

  void stat(AttributesBuffer into, boolean mayBlock) throws FsException {
    Opened open = own;
    if (open != null) {
      open.stat(into, mayBlock);
    } else if (sharing == null) {
      fid().attachment().view(mayBlock).stat(fid().path(), into);
    } else if (!isAtPath(into, mayBlock)) {
      sharing.stat(into, mayBlock);
    }
  }

  void setAttributes(AttributeChanges changes, boolean mayBlock) throws FsException {
    if (changed) {
      return;
    }
    Opened open = own;
    if (open == null && sharing != null && !isAtPath(new AttributesBuffer(), mayBlock)) {
      open = sharing;
    }
    if (open != null) {
      open.setAttributes(changes, mayBlock);
    } else {
      fid().attachment().view(mayBlock).setAttributes(fid().path(), changes);
    }
    changed = true;
  }

  /** Records what is at the fid's path now, if the attributes were read there. */
  void saw(AttributesBuffer file) {
    if (own == null && sharing == null) {
      fid().saw(file.type(), file.fileId());
    }
  }

  /** Whether the file that the fid referred to is still at its path; loads the attributes. */
  private boolean isAtPath(AttributesBuffer into, boolean mayBlock) throws WouldBlockException {
    try {
      fid().attachment().view(mayBlock).stat(fid().path(), into);
      return into.fileId() == fid().fileId();
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return false; // the name or a directory above it has been removed
    }
  }

  private Fid fid() {
    if (fid == null) {
      throw new IllegalStateException("not prepared");
    }
    return fid;
  }
}
