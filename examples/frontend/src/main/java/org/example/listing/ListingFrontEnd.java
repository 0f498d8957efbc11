package org.example.listing;

import dev.warren.api.Caller;
import dev.warren.api.FileSystem;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.HostPort;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SharedFileSystems;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Serves directories as pages of links, and files unchanged, over HTTP. Read-only. */
public final class ListingFrontEnd implements FrontEnd {
  private static final ConfigKey<String> LISTEN =
      ConfigKey.string("listen", "a port of this machine's loopback").withDefault("127.0.0.1:2081");

  @Override
  public String name() {
    return "listing";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(LISTEN);
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    HostPort listen = HostPort.parse(config.get(LISTEN), 2081);
    InetAddress address = InetAddress.ofLiteral(listen.host());
    if (!address.isLoopbackAddress()) {
      throw new IOException("there is no log-in, so it listens on 127.0.0.1 or [::1] only");
    }
    Caller anybody = new Caller("nobody", -1, -1, List.of(), "listing", "loopback");
    FileSystem files = SharedFileSystems.readOnly(context.fileSystem().as(anybody));
    return new ListingServer(files, new InetSocketAddress(address, listen.port()));
  }
}
