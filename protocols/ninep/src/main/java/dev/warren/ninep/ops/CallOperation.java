package dev.warren.ninep.ops;

import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;

/** A request whose reply has no content: link, rename, unlink, fsync. */
final class CallOperation extends NinepOperation {
  /** One call to the file system, which succeeds or fails as a whole. */
  @FunctionalInterface
  interface Call {
    void run(boolean mayBlock) throws FsException;
  }

  private final int type;
  private final Call call;

  /**
   * @param type the type of the request
   */
  CallOperation(int type, Call call) {
    this.type = type;
    this.call = call;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    call.run(mayBlock);
  }

  @Override
  public void finish(Session session, Replies out, int tag) {
    out.empty(MessageType.replyTo(type), tag);
  }
}
