package dev.warren.sftp.ssh;

import dev.warren.sftp.session.ChannelMemory;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.LocalWindow;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/** A channel on which a client can start a subsystem and nothing else. */
final class SftpChannelSession extends ChannelSession {
  /** Minimum packet size: clients use 16 KiB and more, and each packet has a fixed cost. */
  private static final int MIN_PACKET = 1024;

  /**
   * How many closed channels with work left a connection may have. A channel that its client has
   * closed does not count towards the limit, because the client does not count it either.
   */
  private static final int MAX_CLOSING = 32;

  private final int maxChannels;

  private SftpChannelSession(int maxChannels) {
    super(List.of());
    this.maxChannels = maxChannels;
  }

  /** Refuses a channel beyond the limit. MINA's own limit would end all other channels too. */
  @Override
  public OpenFuture open(long recipient, long window, long packet, Buffer buffer) {
    if (packet < MIN_PACKET) {
      return refused("packets are too short");
    }
    return isOneTooMany()
        ? refused("too many channels")
        : super.open(recipient, window, packet, buffer);
  }

  private boolean isOneTooMany() {
    if (!(service instanceof AbstractConnectionService all)) {
      return false;
    }
    Collection<Channel> channels = List.copyOf(all.getChannels()); // including this one
    long open = channels.stream().filter(channel -> !channel.isClosing()).count();
    return open > maxChannels || channels.size() > maxChannels + MAX_CLOSING;
  }

  private OpenFuture refused(String why) {
    service.unregisterChannel(this);
    OpenFuture refused = new DefaultOpenFuture(this, null);
    refused.setException(
        new SshChannelOpenException(getChannelId(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, why));
    return refused;
  }

  /** Starts with a small window, which {@link ReceiveWindow} grows. */
  @Override
  protected void configureWindow() {
    super.configureWindow();
    LocalWindow window = getLocalWindow();
    try {
      window.consume(window.getMaxSize() - ChannelMemory.FIRST_WINDOW);
    } catch (IOException e) {
      throw new IllegalStateException("a window of less than its first size", e);
    }
  }

  @Override
  protected RequestHandler.Result handleInternalRequest(
      String requestType, boolean wantReply, Buffer buffer) throws IOException {
    return requestType.equals(Channel.CHANNEL_SUBSYSTEM)
        ? super.handleInternalRequest(requestType, wantReply, buffer)
        : RequestHandler.Result.ReplyFailure;
  }

  /** Ignores a repeated EOF, about which MINA would log a warning. */
  @Override
  public void handleEof() throws IOException {
    if (!isEofSignalled()) {
      super.handleEof();
    }
  }

  /** Creates channels. */
  static final class Factory extends ChannelSessionFactory {
    private final int maxChannels;

    /** Creates a factory for connections with a limit of channels. */
    Factory(int maxChannels) {
      this.maxChannels = maxChannels;
    }

    @Override
    public Channel createChannel(Session session) {
      return new SftpChannelSession(maxChannels);
    }
  }
}
