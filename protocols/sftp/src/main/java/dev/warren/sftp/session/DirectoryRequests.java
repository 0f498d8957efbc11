package dev.warren.sftp.session;

import dev.warren.api.DirectoryEntry;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.VfsPath;
import dev.warren.api.WouldBlockException;
import dev.warren.frontend.NonBlockingFirst;
import dev.warren.sftp.links.LinkResolver;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import dev.warren.sftp.wire.ReplyWriter;
import dev.warren.sftp.wire.Status;
import dev.warren.sftp.wire.WireAttributes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The requests for listing directories. */
final class DirectoryRequests {
  private static final int MAX_BODY = ReplyWriter.MAX_REPLY - ReplyWriter.HEADER;

  private DirectoryRequests() {}

  static void open(Exchange exchange, int id, PacketReader in) throws IOException {
    String text = exchange.path(in);
    exchange.handles().checkRoom();
    Handle.Directory opened =
        exchange.call(
            files ->
                LinkResolver.onTarget(
                    files,
                    text,
                    path ->
                        new Handle.Directory(
                            path, NonBlockingFirst.of(files.openDirectory(path)), new Listing())));
    exchange.handle(id, exchange.handles().add(opened));
  }

  /** Fills one reply with as many entries as fit, instead of OpenSSH's 100. */
  static void read(Exchange exchange, int id, PacketReader in) throws IOException {
    if (!(exchange.handles().find(in.readBytes()) instanceof Handle.Directory handle)) {
      throw new HandleException();
    }
    exchange.about(handle.path());
    NonBlockingFirst<FileSystem> files = exchange.files();
    Object _ =
        exchange.call(
            handle.directory(),
            view -> new Filler(exchange, handle, view, files.on(false)).fill(id),
            directory ->
                exchange.waiting(
                    () -> new Filler(exchange, handle, directory, files.target()).fill(id)));
  }

  /** Fills one reply. */
  private static final class Filler implements OpenDirectory.Visitor {
    private final Exchange exchange;
    private final ReplyWriter out;
    private final SessionSettings settings;
    private final Handle.Directory handle;
    private final OpenDirectory directory;
    private final FileSystem files;
    private final Instant now;
    private int limit;
    private int count;
    private int dots;
    private long cookie;

    Filler(Exchange exchange, Handle.Directory handle, OpenDirectory directory, FileSystem files) {
      this.exchange = exchange;
      this.out = exchange.out();
      this.settings = exchange.settings();
      this.handle = handle;
      this.directory = directory;
      this.files = files;
      this.now = settings.clock().instant();
      this.dots = handle.listing().dots;
      this.cookie = handle.listing().cookie;
    }

    Handle fill(int id) throws IOException {
      out.begin(MessageType.NAME, id, MAX_BODY);
      int countMark = out.mark();
      limit = countMark + MAX_BODY;
      out.putInt(0);
      try {
        dots();
        directory.read(cookie, true, this);
      } catch (FsException | RuntimeException e) {
        out.cancel();
        throw e;
      }
      handle.listing().dots = dots;
      handle.listing().cookie = cookie;
      if (count > 0) {
        out.putIntAt(countMark, count);
        out.end();
      } else {
        out.cancel();
        exchange.status(id, Status.EOF);
      }
      return handle;
    }

    private void dots() throws FsException {
      if (dots == 0) {
        put(".", directory.stat());
        dots = 1;
      }
      if (dots == 1) {
        put("..", parent());
        dots = 2;
      }
    }

    private FileAttributes parent() throws FsException {
      VfsPath parent = handle.path().parentOrRoot();
      try {
        return files.stat(parent);
      } catch (WouldBlockException e) {
        throw e;
      } catch (FsException e) {
        return directory.stat(); // moved away in the meantime; any directory will do
      }
    }

    @Override
    public boolean visit(DirectoryEntry entry) {
      FileAttributes attributes = entry.attributes();
      if (attributes != null && !put(entry.name(), attributes)) {
        return false;
      }
      cookie = entry.cookie();
      return true;
    }

    /** Adds an entry if it fits. Returns whether it did. */
    private boolean put(String name, FileAttributes attributes) {
      byte[] bytes;
      try {
        bytes = FileNames.encode(name);
      } catch (FsException e) {
        return true; // not encodable, so clients cannot request it either
      }
      String prefix = settings.longNames().prefix(attributes, now);
      byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
      int size = 4 + bytes.length + 4 + start.length + bytes.length + WireAttributes.LENGTH;
      if (out.mark() + size > limit) {
        return false;
      }
      out.putString(bytes);
      out.putInt(start.length + bytes.length);
      out.putBytes(start);
      out.putBytes(bytes);
      WireAttributes.write(attributes, out);
      count++;
      return true;
    }
  }
}
