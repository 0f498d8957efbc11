package dev.warren.ninep.ops;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.Found;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import org.jspecify.annotations.Nullable;

/** Tremove: removes the file and clunks the fid, even if the file cannot be removed. */
final class RemoveOperation extends NinepOperation {
  private final Fid fid;
  private final VfsPath path;
  private @Nullable Found found;
  private @Nullable FsException failure;
  private boolean removed;

  /**
   * @param number the fid's number, which is free from now on
   */
  RemoveOperation(int number, Session session) throws FsException {
    Fid named = session.fids().get(number);
    path = named.path();
    found = named.share(); // kept beyond the fid, until the file is removed
    fid = session.remove(number);
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (!removed && failure == null) {
      remove(mayBlock);
    }
    Handle handle = fid.handle();
    if (handle != null) {
      handle.close(mayBlock);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void remove(boolean mayBlock) throws WouldBlockException {
    try {
      FileSystem files = fid.attachment().view(mayBlock);
      if (fid.isDirectory()) {
        files.rmdir(path);
      } else {
        files.unlink(path);
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
    letGo();
    out.empty(MessageType.replyTo(MessageType.TREMOVE), tag);
  }

  @Override
  public @Nullable Runnable leftover() {
    letGo();
    return null;
  }

  private void letGo() {
    if (found != null) {
      found.release();
      found = null;
    }
  }
}
