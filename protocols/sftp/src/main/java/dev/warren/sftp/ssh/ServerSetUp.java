package dev.warren.sftp.ssh;

import dev.warren.sftp.io.ThreadedIo;
import dev.warren.sftp.wire.SpareArrays;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.global.OpenSshHostKeysHandler;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/**
 * Sets up MINA with everything turned off except SFTP: no shell, no commands, no terminal, no
 * environment, no agent, no X11, no forwarding.
 */
final class ServerSetUp {
  private static final String SUBSYSTEM = "sftp";

  /** Bytes of packet arrays that all connections together keep for reuse, in each direction. */
  private static final int SPARE_BYTES = 8 << 20;

  /** Maximum number of login requests on a connection besides those that fail. */
  private static final int MAX_QUESTIONS = 64;

  private ServerSetUp() {}

  /** Creates sessions. */
  @FunctionalInterface
  interface SshSessions {
    SshSession create(ServerFactoryManager server, IoSession io) throws Exception;
  }

  static MultiAddressServer server(
      ServerSettings settings,
      List<KeyPair> hostKeys,
      LoginPolicy policy,
      boolean passwords,
      Connections connections,
      DisconnectLog disconnectLog,
      SshSessions sessions) {
    MultiAddressServer server =
        (MultiAddressServer)
            ServerBuilder.builder()
                .factory(MultiAddressServer::new)
                .keyExchangeFactories(Algorithms.keyExchanges())
                .cipherFactories(Algorithms.ciphers())
                .macFactories(Algorithms.macs(settings.olderMac()))
                .signatureFactories(Algorithms.signatures())
                .compressionFactories(Algorithms.compressions())
                .channelFactories(List.of(new SftpChannelSession.Factory(settings.maxChannels())))
                .globalRequestHandlers(
                    List.of(
                        KeepAliveHandler.INSTANCE,
                        NoMoreSessionsHandler.INSTANCE,
                        OpenSshHostKeysHandler.INSTANCE))
                .publickeyAuthenticator(policy::checkKey)
                .build();
    server.setIoServiceFactoryFactory(new ThreadedIo());
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKeys));
    server.setUserAuthFactories(methods(passwords));
    server.setPasswordAuthenticator(policy::checkPassword);
    server.setServiceFactories(
        List.of(
            new LoginService.Factory(policy, settings.maxAuthTries()),
            ServerConnectionServiceFactory.INSTANCE));
    server.setSubsystemFactories(List.of(subsystem(connections)));
    server.addSessionListener(connections);
    server.setSessionDisconnectHandler(disconnectLog);
    server.setSessionHeartbeat(HeartbeatType.NONE, Duration.ZERO);
    server.setSessionFactory(
        new SessionFactory(server) {
          @Override
          protected ServerSessionImpl doCreateSession(IoSession io) throws Exception {
            return sessions.create(getServer(), io);
          }
        });
    setProperties(server, settings);
    return server;
  }

  private static List<UserAuthFactory> methods(boolean passwords) {
    List<UserAuthFactory> methods = new ArrayList<>();
    methods.add(UserAuthPublicKeyFactory.INSTANCE);
    if (passwords) {
      methods.add(UserAuthPasswordFactory.INSTANCE);
    }
    return methods;
  }

  private static SubsystemFactory subsystem(Connections connections) {
    SpareArrays received = new SpareArrays(SPARE_BYTES);
    SpareArrays sent = new SpareArrays(SPARE_BYTES);
    return new SubsystemFactory() {
      @Override
      public String getName() {
        return SUBSYSTEM;
      }

      @Override
      public Command createSubsystem(ChannelSession channel) throws IOException {
        Connection connection = connections.find(channel.getSession());
        if (connection == null) {
          throw new IOException("not logged in");
        }
        return new SftpChannel(channel, connection, received, sent);
      }
    };
  }

  private static void setProperties(MultiAddressServer server, ServerSettings settings) {
    CoreModuleProperties.SERVER_IDENTIFICATION.set(server, Identification.SERVER);
    // Otherwise each small reply would wait for the delayed acknowledgement of the one before it.
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
    CoreModuleProperties.SOCKET_BACKLOG.set(server, 128);
    CoreModuleProperties.WINDOW_SIZE.set(server, settings.windowBytes());
    CoreModuleProperties.MAX_PACKET_SIZE.set(server, settings.packetBytes());
    CoreModuleProperties.NIO2_READ_BUFFER_SIZE.set(server, 64 * 1024);
    // Times are limited in Connections: MINA's timers restart at messages that clients control.
    CoreModuleProperties.AUTH_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    // LoginService counts failed attempts; this limit is for requests that never reach a decision.
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, MAX_QUESTIONS + settings.maxAuthTries());
    CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, Integer.MAX_VALUE); // limited here
    CoreModuleProperties.DISCONNECT_TIMEOUT.set(server, Duration.ofSeconds(2));
    CoreModuleProperties.STOP_WAIT_TIME.set(server, Duration.ofSeconds(10));
  }
}
