package dev.warren.database;

import dev.warren.api.config.DatabaseSettings;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.Driver;

/** Connections to a server. */
final class Postgres {
  /** The oldest version that is still mended by those who make it. */
  private static final int OLDEST = 14;

  /** How long a server may take to let somebody in. */
  private static final String LOGIN_SECONDS = "5";

  /** How long an answer may take: longer than any statement, which the server ends itself. */
  private static final String ANSWER_SECONDS = "30";

  /**
   * What a host that hangs, or that was stopped, may not do to others: it holds no rows for longer.
   * And a commit that is told is on the disk, whatever the server's default is.
   */
  private static final String SETTINGS =
      """
      SET statement_timeout = '20s';
      SET idle_in_transaction_session_timeout = '20s';
      SET idle_session_timeout = 0;
      SET default_transaction_isolation = 'read committed';
      SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'
      """;

  /** Kept, or it would be forgotten with its level. */
  private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

  private static final Driver DRIVER = driver();

  private Postgres() {}

  /** It is the host's, and not for whoever asks {@link DriverManager} for all there are. */
  private static Driver driver() {
    DRIVER_LOG.setLevel(Level.OFF); // what fails, who asked is told
    try {
      Driver driver = new Driver(); // it enters the list when it is loaded
      Driver.deregister();
      return driver;
    } catch (SQLException e) {
      throw new IllegalStateException(e); // it is registered, and ours
    }
  }

  /** Another connection to the server. */
  static Connection connect(PostgresUrl url, DatabaseSettings settings) throws SQLException {
    Properties properties = new Properties();
    defaults(url).forEach(properties::setProperty);
    url.options().forEach(properties::setProperty);
    String user = settings.user();
    properties.setProperty("user", user == null ? "" : user);
    if (settings.password() != null) {
      properties.setProperty("password", settings.password().reveal());
    }
    Connection connection = DRIVER.connect(url.address(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not know the URL");
    }
    try {
      DatabaseMetaData server = connection.getMetaData();
      requireVersion(server.getDatabaseMajorVersion(), server.getDatabaseProductVersion());
      try (Statement statement = connection.createStatement()) {
        boolean _ = statement.execute(SETTINGS);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  static void requireVersion(int major, String version) throws SQLException {
    if (major < OLDEST) {
      throw new SQLException(
          "the server is PostgreSQL %s, and %d or newer is needed: use a newer server"
              .formatted(version, OLDEST));
    }
  }

  /**
   * What holds where the URL says nothing. To another machine nothing goes in clear, and a server
   * that is not the right one does not get the password: by its certificate where there is one to
   * compare it with, else by SCRAM's channel binding.
   */
  static Map<String, String> defaults(PostgresUrl url) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("ApplicationName", "warren");
    defaults.put("connectTimeout", LOGIN_SECONDS);
    defaults.put("loginTimeout", url.hosts().size() > 1 ? "0" : LOGIN_SECONDS);
    defaults.put("socketTimeout", ANSWER_SECONDS);
    defaults.put("tcpKeepAlive", "true");
    defaults.put("gssEncMode", "disable");
    defaults.put("logServerErrorDetail", "false"); // it quotes rows
    defaults.put("targetServerType", "primary");
    if (url.options().containsKey("sslrootcert")) {
      defaults.put("sslmode", "verify-full");
    } else if (!url.isLocal() && !url.options().containsKey("sslmode")) {
      defaults.put("sslmode", "require");
      defaults.put("channelBinding", "require");
    }
    return defaults;
  }

  /** Whether a password may be read by who listens between here and the server. */
  static boolean isInClear(PostgresUrl url) {
    String mode = url.options().getOrDefault("sslmode", "require");
    return !url.isLocal()
        && (mode.equals("disable") || mode.equals("allow") || mode.equals("prefer"));
  }
}
