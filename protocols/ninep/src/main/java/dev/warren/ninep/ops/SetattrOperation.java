package dev.warren.ninep.ops;

import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;

/** Tsetattr. On an open fid it changes the open file, even if that has been unlinked. */
final class SetattrOperation extends NinepOperation {
  private final FileOfFid file = new FileOfFid();
  private final Tmessage.Setattr message;

  SetattrOperation(Tmessage.Setattr message, Session session) throws FsException {
    this.message = message;
    file.prepare(session.fids().get(message.fid()), session, message.changes().size() != null);
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    if (!message.changes().isEmpty()) {
      file.setAttributes(message.changes(), mayBlock);
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    out.empty(MessageType.replyTo(MessageType.TSETATTR), tag);
  }
}
