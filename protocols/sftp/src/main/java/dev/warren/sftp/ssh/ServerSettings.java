package dev.warren.sftp.ssh;

import dev.warren.api.config.HostPort;
import dev.warren.sftp.source.AddressBlock;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the server.
 *
 * @param listen the addresses to listen on, at least one
 * @param proxies where connections begin with a PROXY header, and nowhere else
 * @param hostKeys the types of the host's keys
 * @param maxAuthTries limit of the login attempts on a connection
 * @param loginGrace how long a connection may take to log in
 * @param maxSessions limit of the connections that have logged in
 * @param maxSessionsPerUser limit of one user's connections that have logged in
 * @param maxStartups limit of the connections that have not logged in
 * @param maxChannels limit of the channels of one connection
 * @param idleTimeout how long a connection may be without activity; zero for ever
 * @param keepAlive interval of keep-alives to silent clients; zero for none
 * @param windowBytes maximum receive window of a channel
 * @param packetBytes maximum content of an SSH packet from a client
 * @param maxHandles limit of the open files and directories of one session
 * @param olderMac whether to offer a MAC that older clients need, see {@link Algorithms#macs}
 * @param umask permission bits that new files do not get
 */
public record ServerSettings(
    List<HostPort> listen,
    List<AddressBlock> proxies,
    List<HostKeyType> hostKeys,
    int maxAuthTries,
    Duration loginGrace,
    int maxSessions,
    int maxSessionsPerUser,
    int maxStartups,
    int maxChannels,
    Duration idleTimeout,
    Duration keepAlive,
    long windowBytes,
    long packetBytes,
    int maxHandles,
    boolean olderMac,
    int umask) {
  public ServerSettings {
    listen = List.copyOf(listen);
    proxies = List.copyOf(proxies);
    hostKeys = List.copyOf(hostKeys);
  }

  /** Whether a connection comes from one of the proxies. */
  boolean isProxy(SocketAddress remote) {
    return remote instanceof InetSocketAddress socket
        && socket.getAddress() != null
        && proxies.stream().anyMatch(block -> block.contains(socket.getAddress()));
  }
}
