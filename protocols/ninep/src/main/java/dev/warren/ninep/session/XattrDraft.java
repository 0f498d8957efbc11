package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.XattrMode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An extended attribute that is being written: Txattrcreate announces it, Twrite fills it, and
 * Tclunk sets it. With XATTR_REPLACE, a size of 0 removes the attribute, because that is what the
 * Linux client sends for removexattr(2); otherwise it sets an empty value.
 */
public final class XattrDraft implements Handle {
  /** The longest value: XATTR_SIZE_MAX of Linux. */
  public static final int MAX_SIZE = 65_536;

  private final Fid fid;
  private final String name;
  private final int size;
  private final XattrMode mode;
  private byte @Nullable [] value;
  private int written;

  /**
   * Creates a draft of the announced size.
   *
   * @param fid refers to the file
   * @param size 0 to {@value #MAX_SIZE}
   */
  public XattrDraft(Fid fid, String name, int size, XattrMode mode) {
    this.fid = fid;
    this.name = name;
    this.size = size;
    this.mode = mode;
  }

  /**
   * Appends bytes to the value; they must arrive in order.
   *
   * @throws FsException EINVAL if the offset is not the end of what was written, ENOSPC if the
   *     value would be longer than announced
   */
  public int write(ByteBuffer source, long offset) throws FsException {
    int count = source.remaining();
    if (offset != written) {
      throw new FsException(Errno.EINVAL, "extended attribute written out of order");
    }
    if (count > size - written) {
      throw new FsException(Errno.ENOSPC, "extended attribute longer than announced");
    }
    if (value == null) {
      value = new byte[size];
    }
    source.get(value, written, count);
    written += count;
    return count;
  }

  @Override
  public int bytes() {
    return size;
  }

  @Override
  public void close(boolean mayBlock) throws FsException {
    if (written != size) {
      throw new FsException(Errno.EINVAL, "extended attribute shorter than announced");
    }
    FileSystem files = fid.attachment().view(mayBlock);
    if (size == 0 && mode == XattrMode.REPLACE) {
      files.removeXattr(fid.path(), name);
    } else {
      files.setXattr(fid.path(), name, value == null ? new byte[0] : value, mode);
    }
  }

  @Override
  public void abort(FsException cause) {}
}
