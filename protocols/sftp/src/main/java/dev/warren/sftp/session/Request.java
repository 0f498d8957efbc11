package dev.warren.sftp.session;

import dev.warren.sftp.wire.MessageType;
import dev.warren.sftp.wire.PacketReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The requests: what each is called, who handles it, and whether it writes. */
@SuppressWarnings("ImmutableEnumChecker") // the handlers are static methods, without state
enum Request {
  /** Checks for itself whether it writes. */
  OPEN(MessageType.OPEN, false, FileRequests::open),
  CLOSE(MessageType.CLOSE, false, FileRequests::close),
  READ(MessageType.READ, false, FileRequests::read),
  WRITE(MessageType.WRITE, true, FileRequests::write),
  LSTAT(MessageType.LSTAT, false, AttributeRequests::lstat),
  FSTAT(MessageType.FSTAT, false, AttributeRequests::fstat),
  SETSTAT(MessageType.SETSTAT, true, AttributeRequests::setStat),
  FSETSTAT(MessageType.FSETSTAT, true, AttributeRequests::fsetStat),
  OPENDIR(MessageType.OPENDIR, false, DirectoryRequests::open),
  READDIR(MessageType.READDIR, false, DirectoryRequests::read),
  REMOVE(MessageType.REMOVE, true, NameRequests::remove),
  MKDIR(MessageType.MKDIR, true, NameRequests::mkdir),
  RMDIR(MessageType.RMDIR, true, NameRequests::rmdir),
  REALPATH(MessageType.REALPATH, false, NameRequests::realPath),
  STAT(MessageType.STAT, false, AttributeRequests::stat),
  RENAME(MessageType.RENAME, true, NameRequests::rename),
  READLINK(MessageType.READLINK, false, NameRequests::readLink),
  SYMLINK(MessageType.SYMLINK, true, NameRequests::symlink),

  POSIX_RENAME("posix-rename@openssh.com", "1", true, NameRequests::posixRename),
  STATVFS("statvfs@openssh.com", "2", false, FileSystemRequests::statVfs),
  FSTATVFS("fstatvfs@openssh.com", "2", false, FileSystemRequests::fstatVfs),
  HARDLINK("hardlink@openssh.com", "1", true, NameRequests::hardLink),
  FSYNC("fsync@openssh.com", "1", true, FileRequests::fsync),
  LSETSTAT("lsetstat@openssh.com", "1", true, AttributeRequests::lsetStat),
  LIMITS("limits@openssh.com", "1", false, FileSystemRequests::limits),
  EXPAND_PATH("expand-path@openssh.com", "1", false, NameRequests::expandPath),
  COPY_DATA("copy-data", "1", true, FileRequests::copyData),
  HOME_DIRECTORY("home-directory", "1", false, NameRequests::homeDirectory),
  USERS_GROUPS_BY_ID(
      "users-groups-by-id@openssh.com", "1", false, FileSystemRequests::usersGroupsById);

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

  /** Answers a request. */
  @FunctionalInterface
  interface Handler {
    /**
     * Reads what is left of the packet, does it and answers.
     *
     * @throws IOException an {@link dev.warren.api.FsException} or a {@link
     *     dev.warren.sftp.wire.BadPacketException} if nothing was answered, which then becomes a
     *     status; any other if the session cannot go on
     */
    void handle(Session session, int id, PacketReader in) throws IOException;
  }

  Request(int type, boolean writes, Handler handler) {
    this.type = type;
    this.extension = null;
    this.extensionVersion = "";
    this.writes = writes;
    this.handler = handler;
  }

  Request(String extension, String version, boolean writes, Handler handler) {
    this.type = MessageType.EXTENDED;
    this.extension = extension;
    this.extensionVersion = version;
    this.writes = writes;
    this.handler = handler;
  }

  static @Nullable Request ofType(int type) {
    return BY_TYPE[type];
  }

  static @Nullable Request ofExtension(String name) {
    return BY_EXTENSION.get(name);
  }

  private static String requireExtension(Request request) {
    String name = request.extension;
    if (name == null) {
      throw new IllegalStateException(request + " is no extension");
    }
    return name;
  }

  /** The name as VERSION announces it; null for what every server of version 3 has. */
  @Nullable String extension() {
    return extension;
  }

  /** The version as VERSION announces it. */
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
}
