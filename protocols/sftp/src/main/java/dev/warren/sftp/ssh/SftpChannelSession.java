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

/** A channel on which a client can ask for a subsystem and nothing else. */
final class SftpChannelSession extends ChannelSession {
  /** Clients take 16 KiB and more; each packet costs the same however little is in it. */
  private static final int MIN_PACKET = 1024;

  /**
   * A channel that its client has closed is not counted any more, as it is not by the client. Not
   * more than these may be left behind that still have something to do.
   */
  private static final int MAX_CLOSING = 32;

  private final int maxChannels;

  private SftpChannelSession(int maxChannels) {
    super(List.of());
    this.maxChannels = maxChannels;
  }

  /** Refuses one channel too many; where MINA counts them itself, that ends all the others too. */
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
    Collection<Channel> channels = List.copyOf(all.getChannels()); // with this one
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

  /** Little at first; a {@link ReceiveWindow} lets it grow. */
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

  /** A second time says nothing new; MINA would warn of it. */
  @Override
  public void handleEof() throws IOException {
    if (!isEofSignalled()) {
      super.handleEof();
    }
  }

  /** Makes them for sessions. */
  static final class Factory extends ChannelSessionFactory {
    private final int maxChannels;

    /** Makes channels for sessions that may have so many. */
    Factory(int maxChannels) {
      this.maxChannels = maxChannels;
    }

    @Override
    public Channel createChannel(Session session) {
      return new SftpChannelSession(maxChannels);
    }
  }
}
