package dev.warren.server.host;

import dev.warren.server.config.ConfigurationReader;
import dev.warren.server.http.HttpFrontEnd;
import dev.warren.server.log.Redactor;
import dev.warren.server.plugin.PluginLoader;
import dev.warren.server.plugin.TestPlugins;
import io.netty.channel.DefaultChannelId;
import java.nio.file.Path;
import java.util.List;

/** Serves HTTP only, and prints the id that Netty gives a channel. */
final class HttpOnlyMain {
  private HttpOnlyMain() {}

  public static void main(String[] arguments) throws Exception {
    Host host =
        Host.start(
            new Host.Parts(
                Path.of(arguments[0]),
                new ConfigurationReader(
                    List.of(new HttpFrontEnd()), _ -> TestPlugins.of(), _ -> null, new Redactor()),
                new PluginLoader(List.of()),
                "1.2.3"),
            true);
    System.out.println("channel " + DefaultChannelId.newInstance().asLongText());
    host.stop();
  }
}
