package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileNames;
import dev.warren.api.VfsPath;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;

/** Requests about names: they make, change, remove and explain them. */
final class NameRequests {
  private static final int DEFAULT_DIRECTORY_PERMISSIONS = 0777;

  private NameRequests() {}

  static void remove(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    session.run(files -> LinkResolver.changeName(files, text, path -> files.unlink(path)));
    session.status(id, Status.OK);
  }

  static void mkdir(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    AttributeChanges attributes = WireAttributes.read(in);
    Integer asked = attributes.permissions();
    int permissions =
        (asked == null ? DEFAULT_DIRECTORY_PERMISSIONS : asked) & ~session.settings().umask();
    session.run(
        files -> LinkResolver.changeName(files, text, path -> files.mkdir(path, permissions)));
    session.status(id, Status.OK);
  }

  static void rmdir(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    session.run(files -> LinkResolver.changeName(files, text, path -> files.rmdir(path)));
    session.status(id, Status.OK);
  }

  /** Never replaces: that is what version 3 asks for and OpenSSH does. */
  static void rename(Session session, int id, PacketReader in) throws IOException {
    rename(session, id, in, false);
  }

  /** Replaces, as rename(2). */
  static void posixRename(Session session, int id, PacketReader in) throws IOException {
    rename(session, id, in, true);
  }

  private static void rename(Session session, int id, PacketReader in, boolean replace)
      throws IOException {
    String from = in.readText();
    String to = in.readText();
    session.run(
        files ->
            LinkResolver.changeNames(
                files, from, to, (source, target) -> files.rename(source, target, replace)));
    session.status(id, Status.OK);
  }

  static void readLink(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    String target = session.call(files -> LinkResolver.onName(files, text, files::readlink));
    session.name(id, target);
  }

  /**
   * Takes what the link says first and where it is second: the reverse of the draft, as OpenSSH's
   * client sends it and its server expects it (PROTOCOL, 4.1).
   */
  static void symlink(Session session, int id, PacketReader in) throws IOException {
    String target = in.readText();
    String link = in.readText();
    session.run(files -> LinkResolver.changeName(files, link, path -> files.symlink(target, path)));
    session.status(id, Status.OK);
  }

  static void hardLink(Session session, int id, PacketReader in) throws IOException {
    String existing = in.readText();
    String link = in.readText();
    session.run(files -> LinkResolver.changeNames(files, existing, link, files::link));
    session.status(id, Status.OK);
  }

  static void realPath(Session session, int id, PacketReader in) throws IOException {
    canonical(session, id, in.readText());
  }

  /** Tildes stand for the user's root, which is where relative paths start too. */
  static void expandPath(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    if (text.startsWith("~")) {
      int slash = text.indexOf('/');
      String user = slash < 0 ? text.substring(1) : text.substring(1, slash);
      if (!isSelf(session, user)) {
        session.status(id, Status.NO_SUCH_FILE, "no such user");
        return;
      }
      canonical(session, id, slash < 0 ? "/" : text.substring(slash));
    } else {
      canonical(session, id, text);
    }
  }

  static void homeDirectory(Session session, int id, PacketReader in) throws IOException {
    if (isSelf(session, in.readText())) {
      session.name(id, VfsPath.ROOT);
    } else {
      session.status(id, Status.FAILURE, "no such user");
    }
  }

  private static boolean isSelf(Session session, String user) {
    return user.isEmpty() || user.equals(session.settings().user());
  }

  private static void canonical(Session session, int id, String text) throws IOException {
    VfsPath path = session.call(files -> LinkResolver.canonical(files, text));
    String name = path.toString();
    if (FileNames.encodedLength(name) > LinkResolver.MAX_TEXT) {
      session.status(id, Status.BAD_MESSAGE, "the path is too long");
    } else {
      session.name(id, name);
    }
  }
}
