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
 * The file whose attributes a fid is about. An open fid's is the file it has open. Another fid's is
 * the one at its path; but if that is gone, or has become another file since, it is the file the
 * fid stood for as long as some fid of the same attachment has that open. The Linux client relies
 * on this: after an unlink it asks about the open file with the fid of its last look-up.
 */
final class FileOfFid {
  private @Nullable Fid fid;
  private @Nullable Opened own;
  private @Nullable Opened sharing;
  private boolean changed;

  /**
   * @param forSize whether the size is to be changed, which takes a file that is open for writing
   */
  void prepare(Fid of, Session session, boolean forSize) {
    fid = of;
    own = of.handle() instanceof Opened opened ? opened : null;
    sharing = own == null && !of.isFound() ? session.findOpened(of, forSize) : null;
    changed = false;
  }

  void stat(AttributesBuffer into, boolean mayWait) throws FsException {
    Opened open = own;
    if (open != null) {
      open.stat(into, mayWait);
    } else if (sharing == null) {
      fid().attachment().view(mayWait).stat(fid().path(), into);
    } else if (!isAtPath(into, mayWait)) {
      sharing.stat(into, mayWait);
    }
  }

  void setAttributes(AttributeChanges changes, boolean mayWait) throws FsException {
    if (changed) {
      return;
    }
    Opened open = own;
    if (open == null && sharing != null && !isAtPath(new AttributesBuffer(), mayWait)) {
      open = sharing;
    }
    if (open != null) {
      open.setAttributes(changes, mayWait);
    } else {
      fid().attachment().view(mayWait).setAttributes(fid().path(), changes);
    }
    changed = true;
  }

  /** Notes what is at the fid's path now, if that is what was looked at. */
  void saw(AttributesBuffer file) {
    if (own == null && sharing == null) {
      fid().saw(file.type(), file.fileId());
    }
  }

  /** Whether the file that the fid stood for is still at its path; its attributes are loaded. */
  private boolean isAtPath(AttributesBuffer into, boolean mayWait) throws WouldBlockException {
    try {
      fid().attachment().view(mayWait).stat(fid().path(), into);
      return into.fileId() == fid().fileId();
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      return false; // the name is gone, or a directory above it
    }
  }

  private Fid fid() {
    if (fid == null) {
      throw new IllegalStateException("not prepared");
    }
    return fid;
  }
}
