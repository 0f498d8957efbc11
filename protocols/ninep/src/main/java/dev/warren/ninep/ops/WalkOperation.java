package dev.warren.ninep.ops;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.Errno;
import dev.warren.api.FileHandle;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.TrackedPath;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.QidList;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.FidTable;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.PathCost;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Twalk: {@code fid[4] newfid[4] nwname[2] nwname*(wname[s])}. The fid may be open, as the Linux
 * client's sometimes is; the new fid is not open. A walk that succeeds only in part creates no fid.
 * {@code ..} at the root of the attachment is the root itself.
 *
 * <p>Performance-critical: the connection reuses one object until a request has to leave the event
 * loop.
 */
final class WalkOperation extends NinepOperation {
  private final String[] names = new String[Wire.MAX_WALK];
  private final AttributesBuffer attributes = new AttributesBuffer();
  private final QidList found = new QidList(Wire.MAX_WALK);
  private int count;
  private int newNumber;
  private @Nullable Fid from;
  private @Nullable Fid reserved;
  private @Nullable PathCost cost;
  private @Nullable TrackedPath target;
  private @Nullable FileHandle file;

  /**
   * Reads the message and checks it against the session.
   *
   * @throws FsException EBADF for fids, EINVAL for more than 16 names or an invalid name
   */
  WalkOperation prepare(MessageReader in, Session session) throws FsException {
    Fid fid = session.fids().get(in.bits32());
    newNumber = in.bits32();
    count = in.u16();
    if (count > Wire.MAX_WALK) {
      throw new FsException(Errno.EINVAL, "walk of " + count + " names");
    }
    for (int i = 0; i < count; i++) {
      names[i] = in.name();
    }
    in.end();
    if (newNumber == fid.number()) {
      fid.requireNotOpen();
    } else {
      session.fids().requireFree(newNumber);
    }
    from = fid;
    reserved = null;
    cost = null;
    target = null;
    file = null;
    found.clear();
    return this;
  }

  /** Reserves the new fid's memory now, so that a lack of it is reported before the walk blocks. */
  @Override
  public void leave(Session session) throws FsException {
    FidTable fids = session.fids();
    if (newNumber != start().number()) {
      reserved = fids.reserve(newNumber);
    }
    cost = fids.costOf(start(), names, count);
  }

  @Override
  public void release(Session session) {
    session.fids().unreserve(reserved);
    session.fids().giveBack(cost);
    cost = null;
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    Fid fid = start();
    VfsPath base = fid.path();
    while (true) {
      FsException failure = null;
      try {
        if (count == 0) {
          target = fid.attachment().track(fid.tracked().path());
        } else {
          walk(fid, fid.attachment().view(mayBlock), base);
        }
      } catch (WouldBlockException e) {
        throw e;
      } catch (FsException e) {
        failure = e;
      }
      VfsPath now = fid.path();
      if (now.equals(base)) {
        if (failure != null) {
          throw failure;
        }
        return;
      }
      // The fid's directory or a parent was renamed meanwhile. Walk again from where it is now,
      // even after a failure, which may only mean that the old path is gone.
      forget();
      base = now;
    }
  }

  private void walk(Fid fid, FileSystem files, VfsPath base) throws FsException {
    found.clear();
    VfsPath path = base;
    VfsPath plain = fid.tracked().path();
    boolean directory = fid.isDirectory();
    for (int i = 0; i < count; i++) {
      try {
        path = step(path, directory, names[i]);
        plain = step(plain, directory, names[i]);
        if (i == count - 1) {
          // Tracked before the lookup, so that no rename in between is missed.
          target = fid.attachment().track(plain);
        }
        if (i == count - 1) {
          file = files.find(path, attributes);
        } else {
          files.stat(path, attributes);
        }
      } catch (FsException e) {
        forget();
        if (i == 0 || e instanceof WouldBlockException) {
          throw e;
        }
        return;
      }
      directory = attributes.isDirectory();
      found.add(attributes);
    }
  }

  private static VfsPath step(VfsPath path, boolean directory, String name) throws FsException {
    if (!directory) {
      throw new FsException(Errno.ENOTDIR, path);
    }
    return switch (name) {
      case "." -> path;
      case ".." -> path.parentOrRoot();
      default -> path.resolve(name);
    };
  }

  private void forget() {
    if (target != null) {
      close(target, file);
      target = null;
      file = null;
    }
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    Fid fid = start();
    TrackedPath path = target;
    if (path == null) {
      release(session);
    } else {
      bind(session, fid, path);
      target = null;
      file = null;
    }
    ByteBuf reply =
        out.begin(Wire.HEADER + 2 + found.bytes(), MessageType.replyTo(MessageType.TWALK), tag);
    reply.writeShortLE(found.size());
    found.write(reply);
  }

  private void bind(Session session, Fid fid, TrackedPath path) throws FsException {
    FidTable fids = session.fids();
    if (newNumber == fid.number()) {
      if (fid.isGone()) {
        throw new FsException(Errno.EBADF, "fid was clunked");
      }
      fid.requireNotOpen();
    } else if (reserved == null) {
      reserved = fids.reserve(newNumber);
    }
    if (cost == null) {
      cost = fids.costOf(fid, names, count);
    }
    PathCost paid = cost;
    cost = null;
    Fid made = reserved == null ? fid : reserved;
    if (count > 0) {
      fids.bind(
          made, fid.attachment(), path, file, paid, found.type(count - 1), found.path(count - 1));
    } else {
      fids.clone(fid, made, path, paid);
    }
  }

  @Override
  public @Nullable Runnable leftover() {
    TrackedPath path = target;
    FileHandle handle = file;
    target = null;
    file = null;
    return path == null ? null : () -> close(path, handle);
  }

  private static void close(TrackedPath path, @Nullable FileHandle handle) {
    path.close();
    if (handle != null) {
      handle.close();
    }
  }

  private Fid start() {
    if (from == null) {
      throw new IllegalStateException("not prepared");
    }
    return from;
  }
}
