package dev.warren.sftp.session;

import dev.warren.api.Errno;
import dev.warren.api.FileSystemStats;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The requests about file systems and the server itself. */
final class FileSystemRequests {
  private static final long READ_ONLY = 1;
  private static final int STATVFS_LENGTH = 11 * 8;

  private FileSystemRequests() {}

  static void statVfs(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    FileSystemStats stats =
        exchange.call(files -> files.statfs(LinkResolver.target(files, text).path()));
    answer(exchange, id, stats);
  }

  /**
   * Uses the path that the file was opened by or, if that no longer exists, a parent: all are in
   * the same mount.
   */
  static void fstatVfs(Exchange exchange, int id, PacketReader in) throws IOException {
    VfsPath opened = exchange.file(in.readBytes()).path();
    FileSystemStats stats =
        exchange.call(
            files -> {
              VfsPath path = opened;
              while (true) {
                try {
                  return files.statfs(path);
                } catch (FsException e) {
                  if (e.errno() != Errno.ENOENT || path.isRoot()) {
                    throw e;
                  }
                  path = path.parentOrRoot();
                }
              }
            });
    answer(exchange, id, stats);
  }

  private static void answer(Exchange exchange, int id, FileSystemStats stats) throws IOException {
    ReplyWriter out = exchange.out();
    out.begin(MessageType.EXTENDED_REPLY, id, STATVFS_LENGTH);
    out.putLong(stats.blockSize());
    out.putLong(stats.blockSize());
    out.putLong(stats.blocks());
    out.putLong(stats.freeBlocks());
    out.putLong(stats.availableBlocks());
    out.putLong(stats.files());
    out.putLong(stats.freeFiles());
    out.putLong(stats.freeFiles());
    out.putLong(stats.fileSystemId());
    out.putLong(exchange.settings().readOnly() ? READ_ONLY : 0);
    out.putLong(stats.maxNameLength());
    out.end();
  }

  static void limits(Exchange exchange, int id, PacketReader in) throws IOException {
    ReplyWriter out = exchange.out();
    out.begin(MessageType.EXTENDED_REPLY, id, 4 * 8);
    out.putLong(Limits.MAX_PACKET);
    out.putLong(exchange.settings().maxRead());
    out.putLong(Limits.MAX_CONTENT);
    out.putLong(exchange.settings().maxHandles());
    out.end();
  }

  static void usersGroupsById(Exchange exchange, int id, PacketReader in) throws IOException {
    PacketReader users = in.nested();
    PacketReader groups = in.nested();
    List<byte[]> userNames = names(users, uid -> exchange.settings().owners().user(uid));
    List<byte[]> groupNames = names(groups, gid -> exchange.settings().owners().group(gid));
    int userLength = length(userNames);
    int groupLength = length(groupNames);
    if (8 + userLength + groupLength + ReplyWriter.HEADER > ReplyWriter.MAX_REPLY) {
      throw new FsException(Errno.EINVAL, "too many ids in one request");
    }
    ReplyWriter out = exchange.out();
    out.begin(MessageType.EXTENDED_REPLY, id, 8 + userLength + groupLength);
    out.putInt(userLength);
    userNames.forEach(out::putString);
    out.putInt(groupLength);
    groupNames.forEach(out::putString);
    out.end();
  }

  /**
   * The names of ids. An id without a name gives an empty one; long names show the number instead.
   */
  private static List<byte[]> names(PacketReader ids, IntFunction<String> name) throws IOException {
    List<byte[]> names = new ArrayList<>();
    while (ids.remaining() > 0) {
      if (names.size() * 4 > ReplyWriter.MAX_REPLY) {
        throw new FsException(Errno.EINVAL, "too many ids in one request");
      }
      int number = ids.readInt();
      String known = name.apply(number);
      boolean unknown = known.equals(Integer.toUnsignedString(number));
      names.add((unknown ? "" : known).getBytes(StandardCharsets.UTF_8));
    }
    return names;
  }

  private static int length(List<byte[]> names) {
    return names.stream().mapToInt(name -> 4 + name.length).sum();
  }
}
