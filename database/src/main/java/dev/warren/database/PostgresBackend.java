package dev.warren.database;

import com.zaxxer.hikari.HikariConfig;
import dev.warren.api.config.DatabaseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL server, which other hosts may use too. */
final class PostgresBackend implements Backend {
  private static final Logger log = LoggerFactory.getLogger(PostgresBackend.class);

  /** How long a caller waits for a connection while all are in use. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How long the test of an idle connection may take. */
  private static final Duration VALIDATION = Duration.ofSeconds(2);

  /** The interval for testing idle connections, which firewalls may otherwise drop. */
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

  private final PostgresUrl url;
  private final DatabaseSettings settings;
  private final int most;
  private final Health health = new Health();
  private final Subscriptions subscriptions = new Subscriptions();
  private final PostgresWatch watch;

  /**
   * @param most the limit of connections in the pool; one more connection watches the server
   */
  PostgresBackend(PostgresUrl url, DatabaseSettings settings, int most) {
    this.url = url;
    this.settings = settings;
    this.most = most;
    this.watch = new PostgresWatch(name(), this::connect, this::words, health, subscriptions);
  }

  @Override
  public String name() {
    return "the database " + url.address();
  }

  @Override
  public void begin(HikariConfig config) {
    if (settings.password() != null && Postgres.isInClear(url)) {
      log.warn(
          "{}: sslmode={} lets others between here and {} read what is sent; write require, or"
              + " sslrootcert=FILE",
          name(),
          url.options().get("sslmode"),
          url.where());
    }
    config.setDataSource(new PostgresSource(this::another));
    config.setMaximumPoolSize(most);
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setValidationTimeout(VALIDATION.toMillis());
    config.setKeepaliveTime(KEEP_ALIVE.toMillis());
    config.setInitializationFailTimeout(-1); // the watch reports why it fails
    watch.start();
  }

  private Connection connect() throws SQLException {
    return Postgres.connect(url, settings);
  }

  /**
   * Opens a connection for the pool, once the server is up. The pool retries by itself, at growing
   * intervals.
   */
  private Connection another() throws SQLException {
    health.awaitUp();
    try {
      Connection connection = connect();
      health.refused(null);
      return connection;
    } catch (SQLException e) {
      health.refused(words(e));
      throw e;
    }
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  @Override
  public void publish(Connection connection, String channel, String message) throws SQLException {
    try (PreparedStatement notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
      notify.setString(1, PostgresWatch.CHANNEL);
      notify.setString(2, PostgresWatch.payload(channel, message));
      boolean _ = notify.execute();
    }
  }

  @Override
  public String words(SQLException failure) {
    return PostgresMessages.of(failure, url, settings);
  }

  @Override
  public void close() {
    health.close();
    watch.close();
  }

  /** The settings of a server's pool. */
  record Kind(PostgresUrl url, DatabaseSettings settings, int most) implements Pool.Kind {
    @Override
    public Backend make() {
      return new PostgresBackend(url, settings, most);
    }

    @Override
    public boolean isSame(Pool.Kind other) {
      return other instanceof Kind kind
          && Objects.equals(settings.password(), kind.settings.password());
    }
  }
}
