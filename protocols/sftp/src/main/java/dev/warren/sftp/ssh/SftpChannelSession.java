package dev.warren.sftp.ssh;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/** A channel on which a client can ask for a subsystem and nothing else. */
final class SftpChannelSession extends ChannelSession {
  private SftpChannelSession() {
    super(List.of());
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
    @Override
    public Channel createChannel(Session session) {
      return new SftpChannelSession();
    }
  }
}
