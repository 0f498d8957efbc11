package dev.warren.sqlfs;

import dev.warren.api.HostUser;
import dev.warren.api.MaintenanceCommand;
import dev.warren.api.PluginContext;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.database.Database;
import dev.warren.sqlfs.check.Check;
import dev.warren.sqlfs.check.Repair;
import dev.warren.sqlfs.names.Owner;
import dev.warren.sqlfs.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The plugin's commands for operators. */
final class Maintenance {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private Maintenance() {}

  static List<MaintenanceCommand> commands() {
    return List.of(
        new MaintenanceCommand(
            "check",
            "Looks for damage and for remains of dead hosts, and prints a line for each"
                + " case. Changes nothing.",
            (context, config, output) ->
                check(existing(context, SqlfsPlugin.database(context, config)), output)),
        new MaintenanceCommand(
            "gc",
            "Repairs what 'check' finds and removes the remains of dead hosts. What cannot be"
                + " reached any more gets a name in /lost+found.",
            (context, config, output) -> {
              DatabaseSettings settings = SqlfsPlugin.database(context, config);
              return repair(
                  existing(context, settings),
                  SqlfsPlugin.lease(settings),
                  context.logger(),
                  output);
            }));
  }

  /** Opens a database that holds a file system; throws if there is none. */
  private static Database existing(PluginContext context, DatabaseSettings settings)
      throws IOException {
    Path file = settings.file().orElse(null);
    if (file != null && !Files.exists(file)) {
      throw new IOException("there is no file system: %s does not exist".formatted(file));
    }
    Database database = context.database(settings);
    Store.requireFileSystem(database);
    return database;
  }

  private static boolean check(Database database, Consumer<String> output)
      throws IOException, InterruptedException {
    try {
      return Check.run(database, output) == 0;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static boolean repair(
      Database database, Duration lease, System.Logger log, Consumer<String> output)
      throws IOException, InterruptedException {
    HostUser user = HostUser.current();
    Repair.Settings settings =
        new Repair.Settings(
            new Owner(user.uid(), user.gid()), lease, System::nanoTime, () -> Thread.sleep(PAUSE));
    try {
      return Repair.run(database, settings, log, output);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static IOException failed(SQLException failure) {
    return new IOException("the database failed: " + failure.getMessage(), failure);
  }
}
