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

/** Opens connections to a server. */
final class Postgres {
  /**
   * The oldest accepted major version, which PostgreSQL's developers maintain until November 2026.
   */
  private static final int OLDEST = 14;

  /** How long connecting and logging in may take. */
  private static final String LOGIN_SECONDS = "5";

  /**
   * How long a reply may take: longer than the timeout at which the server ends a statement itself.
   */
  private static final String ANSWER_SECONDS = "30";

  /**
   * The timeouts keep a host that hangs or was stopped from locking rows for longer. A commit that
   * was reported is on disk, whatever the server's default is.
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

  /** Referenced here, because an unreferenced logger may be collected and lose its level. */
  private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

  private static final Driver DRIVER = driver();

  private Postgres() {}

  /**
   * Creates the host's driver and removes it from {@link DriverManager}, where plugins would get
   * it.
   */
  private static Driver driver() {
    DRIVER_LOG.setLevel(Level.OFF); // callers get failures as exceptions
    try {
      Driver driver = new Driver(); // loading it registers it
      Driver.deregister();
      return driver;
    } catch (SQLException e) {
      throw new IllegalStateException(e); // cannot happen: it is registered
    }
  }

  /** Opens a connection to the server. */
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
   * The properties that apply unless the URL sets them. A connection to another machine is
   * encrypted, and an impostor of the server does not get the password: the server is verified by
   * its certificate if the URL has a root certificate, otherwise by SCRAM's channel binding.
   */
  static Map<String, String> defaults(PostgresUrl url) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("ApplicationName", "warren");
    defaults.put("connectTimeout", LOGIN_SECONDS);
    defaults.put("loginTimeout", url.hosts().size() > 1 ? "0" : LOGIN_SECONDS);
    defaults.put("socketTimeout", ANSWER_SECONDS);
    defaults.put("tcpKeepAlive", "true");
    defaults.put("gssEncMode", "disable");
    defaults.put("logServerErrorDetail", "false"); // the details quote rows
    defaults.put("targetServerType", "primary");
    if (url.options().containsKey("sslrootcert")) {
      defaults.put("sslmode", "verify-full");
    } else if (!url.isLocal() && !url.options().containsKey("sslmode")) {
      defaults.put("sslmode", "require");
      defaults.put("channelBinding", "require");
    }
    return defaults;
  }

  /** Whether the connection to another machine may be unencrypted. */
  static boolean isInClear(PostgresUrl url) {
    String mode = url.options().getOrDefault("sslmode", "require");
    return !url.isLocal()
        && (mode.equals("disable") || mode.equals("allow") || mode.equals("prefer"));
  }
}
