package dev.warren.ninep.ops;

import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.frontend.FileLocks.Held;
import dev.warren.frontend.FileLocks.Kind;
import dev.warren.frontend.FileLocks.Owner;
import dev.warren.frontend.FileLocks.Range;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;

/**
 * Tgetlock: returns a conflicting lock. The Linux client always sends the type "unlock"
 * (v9fs_file_getlock), which does not reveal what its process wants, so every lock counts as a
 * conflict.
 */
final class GetlockOperation extends NinepOperation {
  private final Tmessage.Getlock message;
  private final Fid fid;
  private final Owner owner;
  private final Kind kind;
  private final Range range;

  GetlockOperation(Tmessage.Getlock message, Session session, Object connection)
      throws FsException {
    this.message = message;
    fid = session.fids().get(message.fid());
    fid.opened();
    kind = LockTypes.kind(message.type()) == Kind.SHARED ? Kind.SHARED : Kind.EXCLUSIVE;
    range = LockTypes.range(message.start(), message.length());
    owner = new Owner(connection, message.client(), message.process());
  }

  @Override
  public void run(boolean mayBlock) {}

  /** Reads the locks here, non-blocking, so that the reply is as recent as possible. */
  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    Held held = session.locks().conflict(fid.fileId(), owner, kind, range).orElse(null);
    byte[] client = FileNames.encode(held == null ? message.client() : held.owner().client());
    ByteBuf reply =
        out.begin(
            Wire.HEADER + 1 + 8 + 8 + 4 + 2 + client.length,
            MessageType.replyTo(MessageType.TGETLOCK),
            tag);
    reply.writeByte(held == null ? LockTypes.UNLOCK : LockTypes.type(held.kind()));
    reply.writeLongLE(held == null ? message.start() : held.range().start());
    reply.writeLongLE(held == null ? message.length() : held.range().length());
    reply.writeIntLE((int) (held == null ? message.process() : held.owner().process()));
    reply.writeShortLE(client.length).writeBytes(client);
  }
}
