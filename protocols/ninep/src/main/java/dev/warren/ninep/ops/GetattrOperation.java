package dev.warren.ninep.ops;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.AttributesCodec;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;

/**
 * Tgetattr: {@code fid[4] request_mask[8]}. Performance-critical: the connection reuses one object
 * until a request has to leave the event loop.
 */
final class GetattrOperation extends NinepOperation {
  private final FileOfFid file = new FileOfFid();
  private long mask;
  private final AttributesBuffer attributes = new AttributesBuffer();

  /**
   * Reads the message and checks it against the session.
   *
   * @throws FsException EBADF
   */
  GetattrOperation prepare(MessageReader in, Session session) throws FsException {
    Fid fid = session.fids().get(in.bits32());
    mask = in.bits64();
    in.end();
    file.prepare(fid, session, false);
    return this;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    file.stat(attributes, mayBlock);
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    file.saw(attributes);
    AttributesCodec.write(
        out.begin(AttributesCodec.FRAME, MessageType.replyTo(MessageType.TGETATTR), tag),
        mask,
        attributes);
  }
}
