package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.OpenFile;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Requests about attributes. */
final class AttributeRequests {
  private AttributeRequests() {}

  static void stat(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    session.attributes(id, session.call(files -> LinkResolver.target(files, text).attributes()));
  }

  static void lstat(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    FileAttributes attributes =
        session.call(files -> LinkResolver.onName(files, text, files::stat));
    session.attributes(id, attributes);
  }

  static void fstat(Session session, int id, PacketReader in) throws IOException {
    OpenFile file = session.file(in.readBytes()).file();
    session.attributes(id, session.callFile(file, OpenFile::stat));
  }

  static void setStat(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    AttributeChanges changes = WireAttributes.read(in);
    session.beforeWait();
    LinkResolver.Target target = LinkResolver.target(session.files(), text);
    if (!changes.isEmpty()) {
      session.files().setAttributes(target.path(), changes);
    }
    session.status(id, Status.OK);
  }

  static void lsetStat(Session session, int id, PacketReader in) throws IOException {
    String text = in.readText();
    AttributeChanges changes = WireAttributes.read(in);
    if (changes.size() != null) {
      session.status(id, Status.BAD_MESSAGE, "a link has no size to set");
      return;
    }
    session.beforeWait();
    LinkResolver.changeName(
        session.files(), text, path -> session.files().setAttributes(path, changes));
    session.status(id, Status.OK);
  }

  static void fsetStat(Session session, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    AttributeChanges changes = WireAttributes.read(in);
    OpenFile file = session.file(handle).file();
    session.beforeWait();
    file.setAttributes(changes);
    session.status(id, Status.OK);
  }
}
