package dev.warren.server.host;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.MaintenanceCommand;
import dev.warren.api.Metrics;
import dev.warren.database.Databases;
import dev.warren.namespace.calls.CallPool;
import dev.warren.server.config.HostConfig;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.plugin.HostPluginContext;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Runs a plugin's maintenance command for a configured instance. The instance is not opened, and a
 * host may be running: its state directory is not locked.
 */
public final class Maintenance {
  private Maintenance() {}

  /**
   * Runs a command.
   *
   * @param output receives each line of its output
   * @return whether all is well
   * @throws IOException if the command cannot be executed; the message says what to do
   */
  public static boolean run(
      HostConfig config,
      InstanceSettings instance,
      MaintenanceCommand command,
      Consumer<String> output)
      throws IOException, InterruptedException {
    try (CallPool calls = new CallPool(instance.label());
        HostPluginContext context =
            new HostPluginContext(
                instance.plugin(),
                instance.path(),
                config.server().stateDirectory(),
                config::plugins,
                Metrics.NONE,
                ProcessMemory.budget().open(),
                DescriptorBudget.unlimited(),
                calls,
                new Databases(config.server().databaseConnections()))) {
      context.createNoState();
      return instance.plugin().maintain(command, context, instance.config(), output);
    }
  }
}
