package dev.warren.ninep.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Single requests on fids that the test chooses, for tests that a file system is too abstract for.
 */
public final class Fids {
  public static final int READ_ONLY = 0;
  public static final int READ_WRITE = 2;
  public static final int APPEND = 02001;

  private final NinepClient client;

  /** Creates requests on a connection. */
  public Fids(NinepClient client) {
    this.client = client;
  }

  /** The connection. */
  public NinepClient client() {
    return client;
  }

  /** One entry of a listing. */
  public record Entry(String name, long path, long cookie, int type) {}

  /** A qid. */
  public record Qid(int type, int version, long path) {
    static Qid read(Reply in) {
      return new Qid(in.u8(), in.u32(), in.u64());
    }
  }

  /** The qid at the start of a reply. */
  public static Qid qid(Reply reply) {
    return Qid.read(reply);
  }

  /** Attaches. */
  public Qid attach(int fid, String aname, int uid) throws FsException {
    return Qid.read(
        call(
            MessageType.TATTACH,
            frame(MessageType.TATTACH).u32(fid).u32(-1).text("nobody").text(aname).u32(uid)));
  }

  /** Walks. Returns the qids of the names that were reached. */
  public List<Qid> walk(int from, int to, String... names) throws FsException {
    Frame frame = frame(MessageType.TWALK).u32(from).u32(to).u16(names.length);
    for (String name : names) {
      frame.name(name);
    }
    Reply reply = call(MessageType.TWALK, frame);
    List<Qid> qids = new ArrayList<>();
    for (int i = reply.u16(); i > 0; i--) {
      qids.add(Qid.read(reply));
    }
    return qids;
  }

  /** Opens. */
  public Qid open(int fid, int flags) throws FsException {
    return Qid.read(call(MessageType.TLOPEN, frame(MessageType.TLOPEN).u32(fid).u32(flags)));
  }

  /** Creates and opens. */
  public Qid create(int fid, String name, int flags) throws FsException {
    return Qid.read(
        call(
            MessageType.TLCREATE,
            frame(MessageType.TLCREATE).u32(fid).name(name).u32(flags).u32(0644).u32(-1)));
  }

  /** Creates a directory. */
  public Qid mkdir(int fid, String name) throws FsException {
    return Qid.read(
        call(MessageType.TMKDIR, frame(MessageType.TMKDIR).u32(fid).name(name).u32(0755).u32(-1)));
  }

  /** Creates a symbolic link. */
  public Qid symlink(int fid, String name, String target) throws FsException {
    return Qid.read(
        call(
            MessageType.TSYMLINK,
            frame(MessageType.TSYMLINK).u32(fid).name(name).name(target).u32(-1)));
  }

  /** Renames. */
  public void rename(int from, String name, int to, String newName) throws FsException {
    call(
        MessageType.TRENAMEAT,
        frame(MessageType.TRENAMEAT).u32(from).name(name).u32(to).name(newName));
  }

  /** Renames the file that a fid refers to. */
  public void rename(int fid, int to, String newName) throws FsException {
    call(MessageType.TRENAME, frame(MessageType.TRENAME).u32(fid).u32(to).name(newName));
  }

  /** Removes a name. */
  public void unlink(int directory, String name, int flags) throws FsException {
    call(MessageType.TUNLINKAT, frame(MessageType.TUNLINKAT).u32(directory).name(name).u32(flags));
  }

  /** Removes the file that a fid refers to, and the fid. */
  public void remove(int fid) throws FsException {
    call(MessageType.TREMOVE, frame(MessageType.TREMOVE).u32(fid));
  }

  /** Reads the attributes. */
  public FileAttributes stat(int fid) throws FsException {
    return WireAttributes.read(
        call(MessageType.TGETATTR, frame(MessageType.TGETATTR).u32(fid).u64(0x3FFF)));
  }

  /** Changes attributes. */
  public void setAttributes(int fid, AttributeChanges changes) throws FsException {
    call(MessageType.TSETATTR, WireAttributes.setattr(fid, changes));
  }

  /** Changes the size. */
  public void truncate(int fid, long size) throws FsException {
    setAttributes(fid, AttributeChanges.NONE.withSize(size));
  }

  /** Sets an extended attribute of the file that a fid refers to, through a fid of its own. */
  public void setXattr(int fid, String name, String value) throws FsException {
    int own = client.newFid();
    walk(fid, own);
    long size = UTF_8.encode(value).remaining();
    call(
        MessageType.TXATTRCREATE,
        frame(MessageType.TXATTRCREATE).u32(own).name(name).u64(size).u32(0));
    write(own, 0, value);
    clunk(own);
  }

  /** Reads text. */
  public String read(int fid, long offset, int count) throws FsException {
    Reply reply = call(MessageType.TREAD, read(fid, offset, (long) count));
    return UTF_8.decode(reply.data(reply.u32())).toString();
  }

  /** Builds a Tread without sending it. */
  public static Frame read(int fid, long offset, long count) {
    return frame(MessageType.TREAD).u32(fid).u64(offset).u32(count);
  }

  /** Writes text. */
  public int write(int fid, long offset, String text) throws FsException {
    ByteBuffer data = UTF_8.encode(text);
    return call(
            MessageType.TWRITE,
            frame(MessageType.TWRITE).u32(fid).u64(offset).u32(data.remaining()).data(data))
        .u32();
  }

  /** Reads entries of a directory. */
  public List<Entry> readdir(int fid, long offset, int count) throws FsException {
    Reply reply =
        call(MessageType.TREADDIR, frame(MessageType.TREADDIR).u32(fid).u64(offset).u32(count));
    List<Entry> entries = new ArrayList<>();
    reply.u32();
    while (reply.remaining() > 0) {
      Qid qid = Qid.read(reply);
      long cookie = reply.u64();
      int type = reply.u8();
      entries.add(new Entry(reply.name(), qid.path(), cookie, type));
    }
    return entries;
  }

  /** Builds a Tlock without sending it. */
  public static Frame lock(int fid, int type, int flags, long start, long length, int process) {
    return frame(MessageType.TLOCK)
        .u32(fid)
        .u8(type)
        .u32(flags)
        .u64(start)
        .u64(length)
        .u32(process)
        .text("test");
  }

  /** Locks. Returns the status. */
  public int lock(int fid, int type, int flags) throws FsException {
    return call(MessageType.TLOCK, lock(fid, type, flags, 0, 0, 1)).u8();
  }

  /** Frees a fid. */
  public void clunk(int fid) throws FsException {
    call(MessageType.TCLUNK, frame(MessageType.TCLUNK).u32(fid));
  }

  /** Sends a request with a tag that the test chooses. */
  public CompletableFuture<Reply> send(int tag, Frame frame) throws FsException {
    return client.send(tag, frame);
  }

  /** Flushes a tag and waits for the Rflush. */
  public void flush(int oldTag) throws FsException {
    call(MessageType.TFLUSH, frame(MessageType.TFLUSH).u16(oldTag));
  }

  private Reply call(int type, Frame frame) throws FsException {
    return client.call(type, frame);
  }

  private static Frame frame(int type) {
    return Frame.of(type);
  }
}
