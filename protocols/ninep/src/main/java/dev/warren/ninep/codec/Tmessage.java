package dev.warren.ninep.codec;

import dev.warren.api.AttributeChanges;
import dev.warren.api.Errno;
import dev.warren.api.FsException;

/**
 * The requests of 9P2000.L that are not performance-critical: one record for each, with the code
 * that reads it. Twalk, Tread, Twrite, Tgetattr and Tclunk, which are most of what a client sends,
 * are read by their operations without an intermediate object. Fids and user numbers are unsigned
 * numbers in an int.
 */
public sealed interface Tmessage {
  /** {@code size[4] Tversion tag[2] msize[4] version[s]}. */
  record Version(long msize, String version) implements Tmessage {}

  /** {@code size[4] Tauth tag[2] afid[4] uname[s] aname[s] n_uname[4]}. */
  record Auth(int afid, String uname, String aname, int uid) implements Tmessage {}

  /** {@code size[4] Tattach tag[2] fid[4] afid[4] uname[s] aname[s] n_uname[4]}. */
  record Attach(int fid, int afid, String uname, String aname, int uid) implements Tmessage {}

  /** {@code size[4] Tflush tag[2] oldtag[2]}. */
  record Flush(int oldTag) implements Tmessage {}

  /** {@code size[4] Tremove tag[2] fid[4]}. */
  record Remove(int fid) implements Tmessage {}

  /** {@code size[4] Tstatfs tag[2] fid[4]}. */
  record Statfs(int fid) implements Tmessage {}

  /** {@code size[4] Tlopen tag[2] fid[4] flags[4]}. */
  record Lopen(int fid, int flags) implements Tmessage {}

  /** {@code size[4] Tlcreate tag[2] fid[4] name[s] flags[4] mode[4] gid[4]}. */
  record Lcreate(int fid, String name, int flags, int mode, int gid) implements Tmessage {}

  /** {@code size[4] Tsymlink tag[2] dfid[4] name[s] symtgt[s] gid[4]}. */
  record Symlink(int directory, String name, String target, int gid) implements Tmessage {}

  /** {@code size[4] Tmknod tag[2] dfid[4] name[s] mode[4] major[4] minor[4] gid[4]}. */
  record Mknod(int directory, String name, int mode, int major, int minor, int gid)
      implements Tmessage {}

  /** {@code size[4] Trename tag[2] fid[4] dfid[4] name[s]}. */
  record Rename(int fid, int directory, String name) implements Tmessage {}

  /** {@code size[4] Treadlink tag[2] fid[4]}. */
  record Readlink(int fid) implements Tmessage {}

  /**
   * {@code size[4] Tsetattr tag[2] fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime_sec[8]
   * atime_nsec[8] mtime_sec[8] mtime_nsec[8]}.
   */
  record Setattr(int fid, AttributeChanges changes) implements Tmessage {}

  /** {@code size[4] Txattrwalk tag[2] fid[4] newfid[4] name[s]}. */
  record Xattrwalk(int fid, int newFid, String name) implements Tmessage {}

  /** {@code size[4] Txattrcreate tag[2] fid[4] name[s] attr_size[8] flags[4]}. */
  record Xattrcreate(int fid, String name, long size, int flags) implements Tmessage {}

  /** {@code size[4] Treaddir tag[2] fid[4] offset[8] count[4]}. */
  record Readdir(int fid, long offset, long count) implements Tmessage {}

  /** {@code size[4] Tfsync tag[2] fid[4] datasync[4]}; old clients omit datasync. */
  record Fsync(int fid, boolean dataOnly) implements Tmessage {}

  /**
   * {@code size[4] Tlock tag[2] fid[4] type[1] flags[4] start[8] length[8] proc_id[4]
   * client_id[s]}.
   */
  record Lock(int fid, int type, int flags, long start, long length, long process, String client)
      implements Tmessage {}

  /** {@code size[4] Tgetlock tag[2] fid[4] type[1] start[8] length[8] proc_id[4] client_id[s]}. */
  record Getlock(int fid, int type, long start, long length, long process, String client)
      implements Tmessage {}

  /** {@code size[4] Tlink tag[2] dfid[4] fid[4] name[s]}. */
  record Link(int directory, int fid, String name) implements Tmessage {}

  /** {@code size[4] Tmkdir tag[2] dfid[4] name[s] mode[4] gid[4]}. */
  record Mkdir(int directory, String name, int mode, int gid) implements Tmessage {}

  /** {@code size[4] Trenameat tag[2] olddirfid[4] oldname[s] newdirfid[4] newname[s]}. */
  record Renameat(int oldDirectory, String oldName, int newDirectory, String newName)
      implements Tmessage {}

  /** {@code size[4] Tunlinkat tag[2] dirfd[4] name[s] flags[4]}. */
  record Unlinkat(int directory, String name, int flags) implements Tmessage {}

  /**
   * Reads a request.
   *
   * @param in positioned after the tag
   * @throws FsException EOPNOTSUPP for any other type; EINVAL for a message that is too short, too
   *     long or has an invalid field; ENAMETOOLONG for a name that is too long
   */
  static Tmessage read(int type, MessageReader in) throws FsException {
    Tmessage message = fields(type, in);
    in.end();
    return message;
  }

  private static Tmessage fields(int type, MessageReader in) throws FsException {
    return switch (type) {
      case MessageType.TVERSION -> new Version(in.u32(), in.text());
      case MessageType.TAUTH -> new Auth(in.bits32(), in.text(), in.text(), in.bits32());
      case MessageType.TATTACH ->
          new Attach(in.bits32(), in.bits32(), in.text(), in.text(), in.bits32());
      case MessageType.TFLUSH -> new Flush(in.u16());
      case MessageType.TREMOVE -> new Remove(in.bits32());
      case MessageType.TSTATFS -> new Statfs(in.bits32());
      case MessageType.TLOPEN -> new Lopen(in.bits32(), in.bits32());
      case MessageType.TLCREATE ->
          new Lcreate(in.bits32(), in.name(), in.bits32(), in.bits32(), in.bits32());
      case MessageType.TSYMLINK -> new Symlink(in.bits32(), in.name(), in.text(), in.bits32());
      case MessageType.TMKNOD ->
          new Mknod(in.bits32(), in.name(), in.bits32(), in.bits32(), in.bits32(), in.bits32());
      case MessageType.TRENAME -> new Rename(in.bits32(), in.bits32(), in.name());
      case MessageType.TREADLINK -> new Readlink(in.bits32());
      case MessageType.TSETATTR -> new Setattr(in.bits32(), AttributeMask.read(in));
      case MessageType.TXATTRWALK -> new Xattrwalk(in.bits32(), in.bits32(), in.xattrName());
      case MessageType.TXATTRCREATE ->
          new Xattrcreate(in.bits32(), in.xattrName(), in.bits64(), in.bits32());
      case MessageType.TREADDIR -> new Readdir(in.bits32(), in.offset(), in.u32());
      case MessageType.TFSYNC -> new Fsync(in.bits32(), in.remaining() > 0 && in.bits32() != 0);
      case MessageType.TLOCK ->
          new Lock(
              in.bits32(),
              in.u8(),
              in.bits32(),
              in.bits64(),
              in.bits64(),
              in.u32(),
              in.clientName());
      case MessageType.TGETLOCK ->
          new Getlock(in.bits32(), in.u8(), in.bits64(), in.bits64(), in.u32(), in.clientName());
      case MessageType.TLINK -> new Link(in.bits32(), in.bits32(), in.name());
      case MessageType.TMKDIR -> new Mkdir(in.bits32(), in.name(), in.bits32(), in.bits32());
      case MessageType.TRENAMEAT -> new Renameat(in.bits32(), in.name(), in.bits32(), in.name());
      case MessageType.TUNLINKAT -> new Unlinkat(in.bits32(), in.name(), in.bits32());
      default -> throw new FsException(Errno.EOPNOTSUPP, "message type " + type);
    };
  }
}
