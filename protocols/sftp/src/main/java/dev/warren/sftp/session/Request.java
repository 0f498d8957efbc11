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
  OPEN(MessageType.OPEN, false, FileRequests::open, SubjectReader::open),
  CLOSE(MessageType.CLOSE, false, FileRequests::close, SubjectReader::close),
  READ(MessageType.READ, false, FileRequests::read, SubjectReader::read),
  WRITE(MessageType.WRITE, true, FileRequests::write, SubjectReader::changeOpen),
  LSTAT(MessageType.LSTAT, false, AttributeRequests::lstat, SubjectReader::lookUp),
  FSTAT(MessageType.FSTAT, false, AttributeRequests::fstat, SubjectReader::use),
  SETSTAT(MessageType.SETSTAT, true, AttributeRequests::setStat, SubjectReader::change),
  FSETSTAT(MessageType.FSETSTAT, true, AttributeRequests::fsetStat, SubjectReader::changeOpen),
  OPENDIR(MessageType.OPENDIR, false, DirectoryRequests::open, SubjectReader::lookUp),
  READDIR(MessageType.READDIR, false, DirectoryRequests::read, SubjectReader::use),
  REMOVE(MessageType.REMOVE, true, NameRequests::remove, SubjectReader::name),
  MKDIR(MessageType.MKDIR, true, NameRequests::mkdir, SubjectReader::name),
  RMDIR(MessageType.RMDIR, true, NameRequests::rmdir, SubjectReader::name),
  REALPATH(MessageType.REALPATH, false, NameRequests::realPath, SubjectReader::lookUp),
  STAT(MessageType.STAT, false, AttributeRequests::stat, SubjectReader::lookUp),
  RENAME(MessageType.RENAME, true, NameRequests::rename, SubjectReader::twoNames),
  READLINK(MessageType.READLINK, false, NameRequests::readLink, SubjectReader::lookUp),
  SYMLINK(MessageType.SYMLINK, true, NameRequests::symlink, SubjectReader::symlink),

  POSIX_RENAME(
      "posix-rename@openssh.com", "1", true, NameRequests::posixRename, SubjectReader::twoNames),
  STATVFS("statvfs@openssh.com", "2", false, FileSystemRequests::statVfs, SubjectReader::lookUp),
  FSTATVFS("fstatvfs@openssh.com", "2", false, FileSystemRequests::fstatVfs, SubjectReader::use),
  HARDLINK("hardlink@openssh.com", "1", true, NameRequests::hardLink, SubjectReader::twoNames),
  FSYNC("fsync@openssh.com", "1", true, FileRequests::fsync, SubjectReader::use),
  LSETSTAT("lsetstat@openssh.com", "1", true, AttributeRequests::lsetStat, SubjectReader::change),
  LIMITS("limits@openssh.com", "1", false, FileSystemRequests::limits, SubjectReader::nothing),
  EXPAND_PATH(
      "expand-path@openssh.com", "1", false, NameRequests::expandPath, SubjectReader::lookUp),
  COPY_DATA("copy-data", "1", true, FileRequests::copyData, SubjectReader::copy),
  HOME_DIRECTORY("home-directory", "1", false, NameRequests::homeDirectory, SubjectReader::nothing),
  USERS_GROUPS_BY_ID(
      "users-groups-by-id@openssh.com",
      "1",
      false,
      FileSystemRequests::usersGroupsById,
      SubjectReader::nothing);

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
  private final RequestSubjects.Reader subjects;

  /** Handles a request. */
  @FunctionalInterface
  interface Handler {
    /**
     * Reads the rest of the packet, performs the request and replies.
     *
     * @throws IOException an {@link dev.warren.api.FsException} or a {@link
     *     dev.warren.sftp.wire.BadPacketException} if no reply was written: the exception then
     *     becomes the reply's status; any other exception if the session cannot continue
     */
    void handle(Exchange exchange, int id, PacketReader in) throws IOException;
  }

  Request(int type, boolean writes, Handler handler, RequestSubjects.Reader subjects) {
    this.type = type;
    this.extension = null;
    this.extensionVersion = "";
    this.writes = writes;
    this.handler = handler;
    this.subjects = subjects;
  }

  Request(
      String extension,
      String version,
      boolean writes,
      Handler handler,
      RequestSubjects.Reader subjects) {
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
  RequestSubjects.Reader subjects() {
    return subjects;
  }
}
