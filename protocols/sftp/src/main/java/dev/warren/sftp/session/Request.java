package dev.warren.sftp.session;

import dev.warren.sftp.wire.BadPacketException;
import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The requests, each with its name, whether it writes, its handler, and the files it is about. */
@SuppressWarnings("ImmutableEnumChecker") // the handlers are stateless static methods
enum Request {
  /** The handler itself checks whether it writes. */
  OPEN(MessageType.OPEN, false, FileRequests::open, About::open),
  CLOSE(MessageType.CLOSE, false, FileRequests::close, About::close),
  READ(MessageType.READ, false, FileRequests::read, About::read),
  WRITE(MessageType.WRITE, true, FileRequests::write, About::changeOpen),
  LSTAT(MessageType.LSTAT, false, AttributeRequests::lstat, About::lookUp),
  FSTAT(MessageType.FSTAT, false, AttributeRequests::fstat, About::use),
  SETSTAT(MessageType.SETSTAT, true, AttributeRequests::setStat, About::change),
  FSETSTAT(MessageType.FSETSTAT, true, AttributeRequests::fsetStat, About::changeOpen),
  OPENDIR(MessageType.OPENDIR, false, DirectoryRequests::open, About::lookUp),
  READDIR(MessageType.READDIR, false, DirectoryRequests::read, About::use),
  REMOVE(MessageType.REMOVE, true, NameRequests::remove, About::name),
  MKDIR(MessageType.MKDIR, true, NameRequests::mkdir, About::name),
  RMDIR(MessageType.RMDIR, true, NameRequests::rmdir, About::name),
  REALPATH(MessageType.REALPATH, false, NameRequests::realPath, About::lookUp),
  STAT(MessageType.STAT, false, AttributeRequests::stat, About::lookUp),
  RENAME(MessageType.RENAME, true, NameRequests::rename, About::twoNames),
  READLINK(MessageType.READLINK, false, NameRequests::readLink, About::lookUp),
  SYMLINK(MessageType.SYMLINK, true, NameRequests::symlink, About::symlink),

  POSIX_RENAME("posix-rename@openssh.com", "1", true, NameRequests::posixRename, About::twoNames),
  STATVFS("statvfs@openssh.com", "2", false, FileSystemRequests::statVfs, About::lookUp),
  FSTATVFS("fstatvfs@openssh.com", "2", false, FileSystemRequests::fstatVfs, About::use),
  HARDLINK("hardlink@openssh.com", "1", true, NameRequests::hardLink, About::twoNames),
  FSYNC("fsync@openssh.com", "1", true, FileRequests::fsync, About::use),
  LSETSTAT("lsetstat@openssh.com", "1", true, AttributeRequests::lsetStat, About::change),
  LIMITS("limits@openssh.com", "1", false, FileSystemRequests::limits, About::nothing),
  EXPAND_PATH("expand-path@openssh.com", "1", false, NameRequests::expandPath, About::lookUp),
  COPY_DATA("copy-data", "1", true, FileRequests::copyData, About::copy),
  HOME_DIRECTORY("home-directory", "1", false, NameRequests::homeDirectory, About::nothing),
  USERS_GROUPS_BY_ID(
      "users-groups-by-id@openssh.com",
      "1",
      false,
      FileSystemRequests::usersGroupsById,
      About::nothing);

  private static final @Nullable Request[] BY_TYPE = new @Nullable Request[256];
  private static final Map<String, Request> BY_EXTENSION =
      Stream.of(values())
          .filter(request -> request.extension != null)
          .collect(Collectors.toUnmodifiableMap(Request::requireExtension, Function.identity()));

  static {
    Arrays.stream(values())
        .filter(request -> request.extension == null)
        .forEach(request -> BY_TYPE[request.type] = request);
  }

  private final int type;
  private final @Nullable String extension;
  private final String extensionVersion;
  private final boolean writes;
  private final Handler handler;
  private final Subjects.Reader subjects;

  /** Handles a request. */
  @FunctionalInterface
  interface Handler {
    /**
     * Reads the rest of the packet, performs the request and replies.
     *
     * @throws IOException an {@link dev.warren.api.FsException} or a {@link
     *     dev.warren.sftp.wire.BadPacketException} if no reply was written, which then becomes a
     *     status; any other if the session cannot continue
     */
    void handle(Exchange exchange, int id, PacketReader in) throws IOException;
  }

  Request(int type, boolean writes, Handler handler, Subjects.Reader subjects) {
    this.type = type;
    this.extension = null;
    this.extensionVersion = "";
    this.writes = writes;
    this.handler = handler;
    this.subjects = subjects;
  }

  Request(
      String extension, String version, boolean writes, Handler handler, Subjects.Reader subjects) {
    this.type = MessageType.EXTENDED;
    this.extension = extension;
    this.extensionVersion = version;
    this.writes = writes;
    this.handler = handler;
    this.subjects = subjects;
  }

  static @Nullable Request ofType(int type) {
    return BY_TYPE[type];
  }

  static @Nullable Request ofExtension(String name) {
    return BY_EXTENSION.get(name);
  }

  /**
   * The request of a packet.
   *
   * @param in positioned after the request's id; an extension's name is read from it
   * @return null for an unknown request
   */
  static @Nullable Request of(int type, PacketReader in) throws BadPacketException {
    return type == MessageType.EXTENDED ? ofExtension(in.readText()) : ofType(type);
  }

  private static String requireExtension(Request request) {
    String name = request.extension;
    if (name == null) {
      throw new IllegalStateException(request + " is no extension");
    }
    return name;
  }

  /** The name that VERSION announces; null for a request that every server of version 3 has. */
  @Nullable String extension() {
    return extension;
  }

  /** The version that VERSION announces. */
  String extensionVersion() {
    return extensionVersion;
  }

  /** Whether it is refused to users who may only read. */
  boolean writes() {
    return writes;
  }

  Handler handler() {
    return handler;
  }

  /** Reads the files that a request is about. */
  Subjects.Reader subjects() {
    return subjects;
  }
}
