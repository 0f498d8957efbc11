package dev.warren.sftp.ssh;

import java.time.Duration;
import java.util.List;

/**
 * How the server is set up.
 *
 * @param listen where to listen, at least one
 * @param hostKeys which keys the host has
 * @param maxAuthTries how often a connection may try to log in
 * @param loginGrace how long a connection may take to log in
 * @param maxSessions connections that are logged in
 * @param maxSessionsPerUser the same, of one user
 * @param maxStartups connections that have not logged in yet
 * @param maxChannels channels of one connection
 * @param idleTimeout how long a connection may say nothing at all; zero for ever
 * @param keepAlive how often silent clients are asked whether they are there; zero for never
 * @param windowBytes how much of a channel's data may be on its way to us
 * @param packetBytes the longest SSH packet's content that clients may send
 * @param maxHandles files and directories that one session may have open
 * @param olderMac whether a MAC is offered that older clients need, see {@link Algorithms#macs}
 * @param umask permission bits that new files do not get
 */
public record ServerSettings(
    List<ListenAddress> listen,
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
    hostKeys = List.copyOf(hostKeys);
  }
}
