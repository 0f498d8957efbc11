package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileNames;
import dev.warren.api.VfsPath;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;

/** The requests about names: they create, change, remove and resolve them. */
final class NameRequests {
  private static final int DEFAULT_DIRECTORY_PERMISSIONS = 0777;

  private NameRequests() {}

  static void remove(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    exchange.run(files -> LinkResolver.changeName(files, text, path -> files.unlink(path)));
    exchange.status(id, Status.OK);
  }

  static void mkdir(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    AttributeChanges attributes = WireAttributes.read(in);
    Integer asked = attributes.permissions();
    int permissions =
        (asked == null ? DEFAULT_DIRECTORY_PERMISSIONS : asked) & ~exchange.settings().umask();
    exchange.run(
        files -> LinkResolver.changeName(files, text, path -> files.mkdir(path, permissions)));
    exchange.status(id, Status.OK);
  }

  static void rmdir(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    exchange.run(files -> LinkResolver.changeName(files, text, path -> files.rmdir(path)));
    exchange.status(id, Status.OK);
  }

  /** Never replaces, as version 3 specifies and OpenSSH does. */
  static void rename(Exchange exchange, int id, PacketReader in) throws IOException {
    rename(exchange, id, in, false);
  }

  /** Replaces, as rename(2). */
  static void posixRename(Exchange exchange, int id, PacketReader in) throws IOException {
    rename(exchange, id, in, true);
  }

  private static void rename(Exchange exchange, int id, PacketReader in, boolean replace)
      throws IOException {
    String from = in.readText();
    String to = in.readText();
    exchange.about(from + " to " + to);
    exchange.run(
        files ->
            LinkResolver.changeNames(
                files, from, to, (source, target) -> files.rename(source, target, replace)));
    exchange.status(id, Status.OK);
  }

  static void readLink(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    String target = exchange.call(files -> LinkResolver.onName(files, text, files::readlink));
    exchange.name(id, target);
  }

  /**
   * Creates a symbolic link. The target comes first and the link's path second: the reverse of the
   * draft, but what OpenSSH's client sends and its server expects (PROTOCOL, 4.1). For clients
   * known to use the draft's order, it is that.
   */
  static void symlink(Exchange exchange, int id, PacketReader in) throws IOException {
    boolean linkFirst = exchange.settings().linkFirst();
    String before = linkFirst ? "" : in.readText();
    String link = exchange.path(in);
    String target = linkFirst ? in.readText() : before;
    exchange.run(
        files -> LinkResolver.changeName(files, link, path -> files.symlink(target, path)));
    exchange.status(id, Status.OK);
  }

  static void hardLink(Exchange exchange, int id, PacketReader in) throws IOException {
    String existing = in.readText();
    String link = in.readText();
    exchange.about(existing + " to " + link);
    exchange.run(files -> LinkResolver.changeNames(files, existing, link, files::link));
    exchange.status(id, Status.OK);
  }

  static void realPath(Exchange exchange, int id, PacketReader in) throws IOException {
    canonical(exchange, id, exchange.path(in));
  }

  /** A tilde is the user's root, where relative paths start too. */
  static void expandPath(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    if (text.startsWith("~")) {
      int slash = text.indexOf('/');
      String user = slash < 0 ? text.substring(1) : text.substring(1, slash);
      if (!isSelf(exchange, user)) {
        exchange.status(id, Status.NO_SUCH_FILE, "no such user");
        return;
      }
      canonical(exchange, id, slash < 0 ? "/" : text.substring(slash));
    } else {
      canonical(exchange, id, text);
    }
  }

  static void homeDirectory(Exchange exchange, int id, PacketReader in) throws IOException {
    if (isSelf(exchange, in.readText())) {
      exchange.name(id, VfsPath.ROOT);
    } else {
      exchange.status(id, Status.FAILURE, "no such user");
    }
  }

  private static boolean isSelf(Exchange exchange, String user) {
    return user.isEmpty() || user.equals(exchange.settings().user());
  }

  private static void canonical(Exchange exchange, int id, String text) throws IOException {
    VfsPath path = exchange.call(files -> LinkResolver.canonical(files, text));
    String name = path.toString();
    if (FileNames.encodedLength(name) > LinkResolver.MAX_TEXT) {
      exchange.status(id, Status.BAD_MESSAGE, "the path is too long");
    } else {
      exchange.name(id, name);
    }
  }
}
