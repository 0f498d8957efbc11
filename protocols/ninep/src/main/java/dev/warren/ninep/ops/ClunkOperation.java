package dev.warren.ninep.ops;

import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.Found;
import dev.warren.ninep.session.Handle;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import dev.warren.ninep.session.XattrDraft;
import org.jspecify.annotations.Nullable;

/**
 * Tclunk: {@code fid[4]}. The fid is free at once, even if closing fails; the reply gives the
 * result of the close. Performance-critical: the connection reuses one object until a request has
 * to leave the event loop.
 */
final class ClunkOperation extends NinepOperation {
  private @Nullable Handle handle;
  private @Nullable Found found;

  /**
   * Reads the message and frees the fid.
   *
   * @throws FsException EBADF
   */
  ClunkOperation prepare(MessageReader in, Session session) throws FsException {
    int number = in.bits32();
    in.end();
    Fid fid = session.fids().get(number);
    handle = fid.handle();
    // An extended attribute is written only now, and must reach the file that the fid refers to.
    found = handle instanceof XattrDraft ? fid.share() : null;
    session.remove(number);
    return this;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (handle != null) {
      handle.close(mayBlock);
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    letGo();
    out.empty(MessageType.replyTo(MessageType.TCLUNK), tag);
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
