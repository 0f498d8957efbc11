package dev.warren.sftp.session;

import dev.warren.api.AttributeChanges;
import dev.warren.api.FileAttributes;
import dev.warren.api.OpenFile;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The requests for attributes. */
final class AttributeRequests {
  private AttributeRequests() {}

  static void stat(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    exchange.attributes(id, exchange.call(files -> LinkResolver.target(files, text).attributes()));
  }

  static void lstat(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    FileAttributes attributes =
        exchange.call(files -> LinkResolver.onName(files, text, files::stat));
    exchange.attributes(id, attributes);
  }

  static void fstat(Exchange exchange, int id, PacketReader in) throws IOException {
    NonBlockingFirst<OpenFile> file = exchange.file(in.readBytes()).file();
    exchange.attributes(id, exchange.call(file, OpenFile::stat));
  }

  static void setStat(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    AttributeChanges changes = WireAttributes.read(in);
    exchange.runWaiting(
        files -> {
          LinkResolver.Target target = LinkResolver.target(files, text);
          if (!changes.isEmpty()) {
            files.setAttributes(target.path(), changes);
          }
        });
    exchange.status(id, Status.OK);
  }

  static void lsetStat(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    AttributeChanges changes = WireAttributes.read(in);
    if (changes.size() != null) {
      exchange.status(id, Status.BAD_MESSAGE, "a link has no size to set");
      return;
    }
    exchange.runWaiting(
        files -> LinkResolver.changeName(files, text, path -> files.setAttributes(path, changes)));
    exchange.status(id, Status.OK);
  }

  static void fsetStat(Exchange exchange, int id, PacketReader in) throws IOException {
    ByteBuffer handle = in.readBytes();
    AttributeChanges changes = WireAttributes.read(in);
    OpenFile file = exchange.file(handle).file().target();
    exchange.runWaiting(files -> file.setAttributes(changes));
    exchange.status(id, Status.OK);
  }
}
