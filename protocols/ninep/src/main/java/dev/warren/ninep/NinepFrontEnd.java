package dev.warren.ninep;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.ninep.server.NinepServer;
import dev.warren.ninep.server.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves 9P2000.L, which Linux mounts with {@code mount -t 9p}. */
public final class NinepFrontEnd implements FrontEnd {
  private static final Logger log = LoggerFactory.getLogger(NinepFrontEnd.class);

  private final Transport transport;

  /** Creates a front end with the fastest transport that works on this system. */
  public NinepFrontEnd() {
    this(Transport.best());
  }

  NinepFrontEnd(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "ninep";
  }

  @Override
  public ConfigSpec configSpec() {
    return NinepConfig.SPEC;
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    NinepConfig.read(config, problems);
    return problems;
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    List<ConfigProblem> problems = new ArrayList<>();
    var options = NinepConfig.read(config, problems);
    if (!problems.isEmpty()) {
      throw new IOException("ninep: " + problems.getFirst());
    }
    NinepServer server =
        NinepServer.start(
            context.fileSystem(), options, transport, context.metrics(), context.memory());
    log.info("9P on {} ({})", String.join(", ", server.addresses()), transport);
    return server;
  }
}
