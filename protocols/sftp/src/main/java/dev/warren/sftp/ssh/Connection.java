package dev.warren.sftp.ssh;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.frontend.SessionInfo;
import dev.warren.sftp.session.Activity;
import dev.warren.sftp.session.ChannelMemory;
import dev.warren.sftp.session.Session;
import dev.warren.sftp.session.SessionSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that has logged in, with its channels. Thread-safe. */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final String KEEP_ALIVE = "keepalive@openssh.com";

  private final MemoryBudget budget;
  private final String id;
  private final SshSession ssh;
  private final Caller caller;
  private final FileSystem files;
  private final SessionSettings settings;
  private final Activity activity;
  private final Instant since;
  private final Set<SftpChannel> channels = ConcurrentHashMap.newKeySet();
  private final Liveness liveness;
  private long unheard; // for the timer thread only

  Connection(
      String id,
      SshSession ssh,
      Caller caller,
      FileSystem files,
      SessionSettings settings,
      Activity activity,
      Liveness liveness,
      MemoryBudget budget) {
    this.budget = budget;
    this.id = id;
    this.ssh = ssh;
    this.caller = caller;
    this.files = files;
    this.settings = settings;
    this.activity = activity;
    this.since = settings.clock().instant();
    this.liveness = liveness;
  }

  String id() {
    return id;
  }

  /** The account that its memory is charged to. */
  MemoryBudget.Account account() {
    return ssh.account();
  }

  /** The host's memory budget. */
  MemoryBudget memory() {
    return budget;
  }

  Session openSession(ChannelMemory memory) {
    return new Session(files, settings, activity, memory);
  }

  void add(SftpChannel channel) {
    channels.add(channel);
  }

  void remove(SftpChannel channel) {
    channels.remove(channel);
  }

  List<SftpChannel> channels() {
    return List.copyOf(channels);
  }

  SessionInfo info() {
    return new SessionInfo(
        id, caller, since, activity.bytesRead(), activity.bytesWritten(), activity.openHandles());
  }

  /** Whether the client uses an open file: its last request is in flight or recent. */
  boolean usesHandles(Duration recently) {
    return activity.usesHandles(recently);
  }

  /** Logs the end of the session: who it was, how long it lasted, and how many bytes were moved. */
  void logEnd() {
    SessionInfo ended = info();
    LOG.atInfo()
        .addKeyValue("session", ended.id())
        .addKeyValue("user", ended.caller().user())
        .addKeyValue("remote", String.valueOf(ended.caller().remoteAddress()))
        .addKeyValue("seconds", Duration.between(since, settings.clock().instant()).toSeconds())
        .addKeyValue("bytes_read", ended.bytesRead())
        .addKeyValue("bytes_written", ended.bytesWritten())
        .log("session ended:");
  }

  /** Checks the client's liveness; to be called regularly, by one thread. */
  void tick(Instant now) {
    try {
      switch (liveness.look(now, heard(), ssh.work(), activity.isBusy() || ssh.isPaused())) {
        case FINE -> {}
        case ASK -> keepAlive();
        case GONE -> {
          LOG.info("{}: the client does not respond any more", this);
          abort(new FsException(Errno.ETIMEDOUT, "the client does not respond any more"));
          ssh.close(true);
        }
        case IDLE -> {
          LOG.info("{}: idle for too long", this);
          disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "idle for too long");
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}: no keep-alive", this, e);
    }
  }

  /**
   * A number that grows when data arrives, and while reading is paused, when no data can arrive.
   */
  private long heard() {
    if (ssh.isPaused()) {
      unheard++;
    }
    return ssh.received() + unheard;
  }

  private void keepAlive() throws IOException {
    Buffer request = ssh.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
    request.putString(KEEP_ALIVE);
    request.putBoolean(true);
    ssh.request(request, KEEP_ALIVE, (_, _) -> {});
  }

  /** Sends a disconnect message with a reason, and closes the connection. */
  void disconnect(int code, String reason) {
    abort(new FsException(Errno.ECONNABORTED, reason));
    try {
      ssh.disconnect(code, reason);
    } catch (IOException e) {
      LOG.debug("{}: no disconnect message", this, e);
      ssh.close(true);
    }
  }

  /** Ends all channels without closing the connection. */
  void abort(FsException cause) {
    channels.forEach(channel -> channel.abort(cause));
  }

  /** The session, the user and the address, for the log. */
  @Override
  public String toString() {
    return "session %s of %s from %s".formatted(id, caller.user(), caller.remoteAddress());
  }
}
