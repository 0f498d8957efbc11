package dev.warren.gptfs.tree;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import java.nio.ByteBuffer;

/**
 * The answer that a reader of {@code wait/NAME} has waited for: a file of the outbox, read only.
 */
final class WaitedFile implements OpenFile {
  private final OpenFile answer;
  private final FileAttributes shown;

  /**
   * @param shown the attributes that clients see before the open; only the size differs
   */
  WaitedFile(OpenFile answer, FileAttributes shown) {
    this.answer = answer;
    this.shown = shown;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws FsException {
    return answer.read(target, offset);
  }

  @Override
  public int write(ByteBuffer source, long offset) throws FsException {
    throw new FsException(Errno.EBADF);
  }

  @Override
  public FileAttributes stat() throws FsException {
    return shown.toBuilder().size(answer.stat().size()).build();
  }

  @Override
  public void setAttributes(AttributeChanges changes) throws FsException {
    if (changes.size() != null) {
      throw new FsException(Errno.EINVAL);
    }
    if (!changes.isEmpty()) {
      throw new FsException(Errno.EPERM);
    }
  }

  @Override
  public void close() throws FsException {
    answer.close();
  }
}
