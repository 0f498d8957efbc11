package dev.warren.server.host;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import dev.warren.frontend.SharedFileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A front end for clients in the same process. */
final class DirectFrontEnd implements FrontEnd {
  private static final ConfigKey<String> LISTEN =
      ConfigKey.string("listen", "a name; 'taken' cannot be had").withDefault("here");

  final List<String> events = new CopyOnWriteArrayList<>();
  final List<SessionInfo> sessions = new CopyOnWriteArrayList<>();
  private volatile SharedFileSystem served;

  /** The file system that the front end serves. */
  SharedFileSystem fileSystem() {
    return served;
  }

  @Override
  public String name() {
    return "direct";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(LISTEN);
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    String address = config.get(LISTEN);
    if (address.equals("taken")) {
      throw new IOException("address taken");
    }
    served = context.fileSystem();
    events.add("start " + address);
    return new RunningFrontEnd() {
      @Override
      public List<String> addresses() {
        return List.of(address);
      }

      @Override
      public List<SessionInfo> sessions() {
        return List.copyOf(sessions);
      }

      @Override
      public boolean disconnect(String sessionId) {
        return sessions.removeIf(session -> session.id().equals(sessionId));
      }

      @Override
      public void drain(Duration atMost) {
        events.add("drain " + address);
      }

      @Override
      public void close() {
        events.add("close " + address);
      }
    };
  }
}
