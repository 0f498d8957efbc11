package dev.warren.sftp.session;

import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.PacketReader;
import java.nio.ByteBuffer;

/** Reads which files the different requests are about, for {@link Request}'s table. */
final class SubjectReader {
  private SubjectReader() {}

  /** For requests without a file. */
  static void nothing(PacketReader in, HandleTable handles, RequestSubjects into) {}

  static void lookUp(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    into.add(in.readText(), Effect.FINDS);
  }

  static void open(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    String path = in.readText();
    into.add(path, FileRequests.opensToChange(in.readInt()) ? Effect.CHANGES : Effect.FINDS);
  }

  static void close(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    ByteBuffer handle = in.readBytes();
    boolean commits = handles.find(handle) instanceof Handle.File file && file.writable();
    into.add(handle, commits ? Effect.CHANGES : Effect.USES, handles);
    into.closesHandle();
  }

  static void read(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    use(in, handles, into);
    into.readsHandle();
  }

  static void use(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    into.add(in.readBytes(), Effect.USES, handles);
  }

  static void changeOpen(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    into.add(in.readBytes(), Effect.CHANGES, handles);
  }

  static void change(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    into.add(in.readText(), Effect.CHANGES);
  }

  static void name(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    into.add(in.readText(), Effect.NAMES);
  }

  static void twoNames(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    name(in, handles, into);
    name(in, handles, into);
  }

  /** Skips the link's target, which comes first and is not relevant. */
  static void symlink(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    in.skipString();
    name(in, handles, into);
  }

  static void copy(PacketReader in, HandleTable handles, RequestSubjects into)
      throws BadPacketException {
    use(in, handles, into);
    in.readLong();
    in.readLong();
    changeOpen(in, handles, into);
  }
}
