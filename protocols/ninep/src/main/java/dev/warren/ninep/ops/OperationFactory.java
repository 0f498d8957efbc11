package dev.warren.ninep.ops;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.session.Attachment;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.Opened;
import dev.warren.ninep.session.Session;
import dev.warren.ninep.session.XattrDraft;
import io.netty.buffer.ByteBufAllocator;

/**
 * Creates the operation for each request of a session, after all checks that need no file system.
 * For the connection's event loop only.
 */
public final class OperationFactory {
  private static final int REMOVE_DIRECTORY = 0x200;
  private static final int MAX_TARGET = 4095;

  private final Session session;
  private final Object connection;
  private final ByteBufAllocator allocator;

  // Reused for each request that completes on the event loop, as nearly all do.
  private WalkOperation walk = new WalkOperation();
  private GetattrOperation getattr = new GetattrOperation();
  private ReadOperation read;
  private WriteOperation write = new WriteOperation();
  private ClunkOperation clunk = new ClunkOperation();

  /**
   * Creates the operations of a session.
   *
   * @param connection owner of the locks they take
   * @param allocator the allocator of reply buffers
   */
  public OperationFactory(Session session, Object connection, ByteBufAllocator allocator) {
    this.session = session;
    this.connection = connection;
    this.allocator = allocator;
    this.read = new ReadOperation(allocator);
  }

  /**
   * The operation of a request. It is valid until the next call unless it {@linkplain #keep is
   * kept}.
   *
   * @param in positioned after the tag
   * @param most the longest reply that there is memory for, in bytes
   * @param cut whether the message is a Twrite of which only the first part has arrived
   * @throws FsException the error to reply with
   */
  public NinepOperation of(int type, MessageReader in, int most, boolean cut) throws FsException {
    return switch (type) {
      case MessageType.TWALK -> walk.prepare(in, session);
      case MessageType.TREAD -> read.prepare(in, session, most);
      case MessageType.TWRITE -> write.prepare(in, session, cut);
      case MessageType.TGETATTR -> getattr.prepare(in, session);
      case MessageType.TCLUNK -> clunk.prepare(in, session);
      default -> of(Tmessage.read(type, in), most);
    };
  }

  /** Stops reusing an operation, because its request continues beyond the next one. */
  public void keep(NinepOperation operation) {
    if (operation == walk) {
      walk = new WalkOperation();
    } else if (operation == getattr) {
      getattr = new GetattrOperation();
    } else if (operation == read) {
      read = new ReadOperation(allocator);
    } else if (operation == write) {
      write = new WriteOperation();
    } else if (operation == clunk) {
      clunk = new ClunkOperation();
    }
  }

  private NinepOperation of(Tmessage message, int most) throws FsException {
    return switch (message) {
      case Tmessage.Version _, Tmessage.Flush _ ->
          throw new IllegalStateException("handled by the connection");
      // Every client takes ENOENT as "no authentication needed"; diod's accepts no other error.
      case Tmessage.Auth _ -> throw new FsException(Errno.ENOENT, "no authentication needed");
      case Tmessage.Attach m -> new AttachOperation(m, session);
      case Tmessage.Remove m -> new RemoveOperation(m.fid(), session);
      case Tmessage.Statfs m -> new StatfsOperation(fid(m.fid()));
      case Tmessage.Lopen m -> new OpenOperation(m, session);
      case Tmessage.Lcreate m -> new CreateOperation(m, session);
      case Tmessage.Symlink m -> symlink(m);
      case Tmessage.Mknod m ->
          new MakeOperation(
              MessageType.TMKNOD,
              fid(m.directory()),
              m.name(),
              m.gid(),
              0,
              (files, path) -> files.mknod(path, m.mode(), m.major(), m.minor()));
      case Tmessage.Mkdir m ->
          new MakeOperation(
              MessageType.TMKDIR,
              fid(m.directory()),
              m.name(),
              m.gid(),
              Qid.DIRECTORY,
              (files, path) -> files.mkdir(path, m.mode() & 07777));
      case Tmessage.Rename m -> rename(m);
      case Tmessage.Renameat m -> renameat(m);
      case Tmessage.Link m -> link(m);
      case Tmessage.Unlinkat m -> unlinkat(m);
      case Tmessage.Readlink m -> new ReadlinkOperation(fid(m.fid()));
      case Tmessage.Setattr m -> new SetattrOperation(m, session);
      case Tmessage.Xattrwalk m -> new XattrWalkOperation(m, session);
      case Tmessage.Xattrcreate m -> xattrcreate(m);
      case Tmessage.Readdir m -> new ReaddirOperation(m, session, allocator, most);
      case Tmessage.Fsync m -> fsync(m);
      case Tmessage.Lock m -> new LockOperation(m, session, connection);
      case Tmessage.Getlock m -> new GetlockOperation(m, session, connection);
    };
  }

  private Fid fid(int number) throws FsException {
    return session.fids().get(number);
  }

  private NinepOperation symlink(Tmessage.Symlink m) throws FsException {
    if (m.target().isEmpty() || m.target().indexOf('\0') >= 0) {
      throw new FsException(m.target().isEmpty() ? Errno.ENOENT : Errno.EINVAL, "link target");
    }
    if (FileNames.encodedLength(m.target()) > MAX_TARGET) {
      throw new FsException(Errno.ENAMETOOLONG, "link target");
    }
    return new MakeOperation(
        MessageType.TSYMLINK,
        fid(m.directory()),
        m.name(),
        m.gid(),
        Qid.SYMBOLIC_LINK,
        (files, path) -> files.symlink(m.target(), path));
  }

  private NinepOperation rename(Tmessage.Rename m) throws FsException {
    Fid fid = fid(m.fid());
    Fid directory = fid(m.directory());
    requireOneTree(fid, directory);
    directory.path().resolve(m.name());
    return new CallOperation(
        MessageType.TRENAME,
        mayBlock ->
            view(fid, mayBlock).rename(fid.path(), directory.path().resolve(m.name()), true));
  }

  private NinepOperation renameat(Tmessage.Renameat m) throws FsException {
    Fid from = fid(m.oldDirectory());
    Fid to = fid(m.newDirectory());
    requireOneTree(from, to);
    from.path().resolve(m.oldName());
    to.path().resolve(m.newName());
    return new CallOperation(
        MessageType.TRENAMEAT,
        mayBlock ->
            view(from, mayBlock)
                .rename(from.path().resolve(m.oldName()), to.path().resolve(m.newName()), true));
  }

  private NinepOperation link(Tmessage.Link m) throws FsException {
    Fid directory = fid(m.directory());
    Fid existing = fid(m.fid());
    requireOneTree(directory, existing);
    directory.path().resolve(m.name());
    return new CallOperation(
        MessageType.TLINK,
        mayBlock ->
            view(directory, mayBlock).link(existing.path(), directory.path().resolve(m.name())));
  }

  private NinepOperation unlinkat(Tmessage.Unlinkat m) throws FsException {
    Fid directory = fid(m.directory());
    if ((m.flags() & ~REMOVE_DIRECTORY) != 0) {
      throw new FsException(Errno.EINVAL, "Tunlinkat flags " + m.flags());
    }
    directory.path().resolve(m.name());
    boolean isDirectory = m.flags() != 0;
    return new CallOperation(
        MessageType.TUNLINKAT,
        mayBlock -> {
          VfsPath path = directory.path().resolve(m.name());
          if (isDirectory) {
            view(directory, mayBlock).rmdir(path);
          } else {
            view(directory, mayBlock).unlink(path);
          }
        });
  }

  private NinepOperation fsync(Tmessage.Fsync m) throws FsException {
    Opened opened = fid(m.fid()).opened();
    return new CallOperation(MessageType.TFSYNC, mayBlock -> opened.sync(m.dataOnly(), mayBlock));
  }

  /** Opens the fid for Twrite; the file is not changed before the fid is clunked. */
  private NinepOperation xattrcreate(Tmessage.Xattrcreate m) throws FsException {
    Fid fid = fid(m.fid());
    fid.requireNotOpen();
    if (m.name().isEmpty()) {
      throw new FsException(Errno.ERANGE, "extended attribute without a name");
    }
    if (m.size() < 0 || m.size() > XattrDraft.MAX_SIZE) {
      throw new FsException(Errno.E2BIG, "extended attribute of " + m.size() + " bytes");
    }
    XattrMode mode =
        switch (m.flags()) {
          case 0 -> XattrMode.SET;
          case 1 -> XattrMode.CREATE;
          case 2 -> XattrMode.REPLACE;
          default -> throw new FsException(Errno.EINVAL, "Txattrcreate flags " + m.flags());
        };
    session.open(fid, new XattrDraft(fid, m.name(), (int) m.size(), mode));
    return new CallOperation(MessageType.TXATTRCREATE, mayBlock -> {});
  }

  private static FileSystem view(Fid fid, boolean mayBlock) throws FsException {
    return fid.attachment().view(mayBlock);
  }

  /**
   * Checks that two fids of one request have the same root, because paths in different trees cannot
   * be compared. Different users of one mount have their own attachments with the same root.
   */
  private static void requireOneTree(Fid a, Fid b) throws FsException {
    Attachment first = a.attachment();
    if (first != b.attachment() && !first.sameRoot(b.attachment())) {
      throw new FsException(Errno.EXDEV, "fids of different attach names");
    }
  }
}
