package dev.warren.ninep.session;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.api.XattrMode;
import dev.warren.frontend.TrackedPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An extended attribute that Txattrcreate announced, Twrite fills, and Tclunk sets. A size of 0
 * removes the attribute: so have diod, QEMU and the Linux client. With XATTR_CREATE it cannot mean
 * that, and sets an empty value.
 */
public final class XattrDraft implements Handle {
  /** The longest value: XATTR_SIZE_MAX of Linux. */
  public static final int MAX_SIZE = 65_536;

  private final Attachment attachment;
  private final TrackedPath path;
  private final String name;
  private final int size;
  private final XattrMode mode;
  private byte @Nullable [] value;
  private int written;

  /**
   * Announces a value.
   *
   * @param path of the file, which the fid owns
   * @param size 0 to {@value #MAX_SIZE}
   */
  public XattrDraft(
      Attachment attachment, TrackedPath path, String name, int size, XattrMode mode) {
    this.attachment = attachment;
    this.path = path;
    this.name = name;
    this.size = size;
    this.mode = mode;
  }

  /**
   * Takes bytes of the value, which come in order.
   *
   * @throws FsException EINVAL for another offset than the end of what was written, ENOSPC for more
   *     than was announced
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
  public void close(boolean mayWait) throws FsException {
    if (written != size) {
      throw new FsException(Errno.EINVAL, "extended attribute shorter than announced");
    }
    if (size == 0 && mode != XattrMode.CREATE) {
      attachment.view(mayWait).removeXattr(path.path(), name);
    } else {
      attachment
          .view(mayWait)
          .setXattr(path.path(), name, value == null ? new byte[0] : value, mode);
    }
  }

  @Override
  public void abort(FsException cause) {}
}
