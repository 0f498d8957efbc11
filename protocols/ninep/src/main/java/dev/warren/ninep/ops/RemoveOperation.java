package dev.warren.ninep.ops;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.Operation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/** Tremove: removes the file and clunks the fid, the latter even if the file cannot be removed. */
final class RemoveOperation extends Operation {
  private final Fid fid;
  private @Nullable FsException failure;
  private boolean removed;

  /**
   * @param number of the fid, which is free from now on
   */
  RemoveOperation(int number, Session session) throws FsException {
    fid = session.remove(number);
  }

  @Override
  public void run(boolean mayWait) throws FsException {
    if (!removed && failure == null) {
      remove(mayWait);
    }
    Handle handle = fid.handle();
    if (handle != null) {
      handle.close(mayWait);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void remove(boolean mayWait) throws WouldBlockException {
    try {
      FileSystem files = fid.attachment().view(mayWait);
      if (fid.isDirectory()) {
        files.rmdir(fid.path());
      } else {
        files.unlink(fid.path());
      }
      removed = true;
    } catch (WouldBlockException e) {
      throw e;
    } catch (FsException e) {
      failure = e;
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    out.empty(MessageType.replyTo(MessageType.TREMOVE), tag);
  }
}
