package dev.warren.database;

import static dev.warren.database.Sql.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import dev.warren.testkit.database.Certificates;
import dev.warren.testkit.database.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why connections fail, in messages for authors of configurations. */
class PostgresRefusalsTest {
  @TempDir static Path directory;
  private static PostgresServer plain;
  private static PostgresServer tls;
  private static Path certificate;

  private final Databases databases = new Databases();

  @BeforeAll
  static void serve() throws Exception {
    plain = PostgresServer.shared();
    tls = PostgresServer.startOwn();
    certificate = tls.serveTls(Certificates.selfSigned(directory, "ip:127.0.0.1"));
    tls.letIn("hostssl all warren all scram-sha-256", "host all all all reject");
    tls.stop();
    tls.start();
  }

  @AfterAll
  static void end() {
    if (tls != null) {
      tls.close();
    }
  }

  private void refused(String url, String user, String password, String because) {
    assertThatThrownBy(
            () ->
                databases.open(
                    new DatabaseSettings(
                        url, user, password == null ? null : new Secret(password), false)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the database jdbc:postgresql://127.0.0.1:")
        .hasMessageContaining(because)
        .hasMessageNotContaining("Exception")
        .hasMessageNotContaining(PostgresServer.PASSWORD);
    assertThat(databases.size()).as("nothing is left").isZero();
  }

  private void refused(String url, String because) {
    refused(url, PostgresServer.USER, PostgresServer.PASSWORD, because);
  }

  @Test
  void wrongUsersAndPasswords() throws Exception {
    String url = plain.database();
    refused(url, "warren", "wrong", "the server refuses the password of user 'warren'");
    refused(url, "nobody", "wrong", "the server refuses the password of user 'nobody'");
    refused(url, "warren", null, "the server asks for a password: write 'password'");
  }

  @Test
  void aMissingDatabase() {
    refused(
        plain.url("nowhere"),
        "the server has no database 'nowhere': create it, with 'createdb -O warren nowhere'");
  }

  @Test
  void aPortWithoutAListener() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    refused(
        "jdbc:postgresql://127.0.0.1:%d/d".formatted(port),
        "no server accepts connections at 127.0.0.1:");
  }

  @Test
  void aServerThatDoesNotRespond() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      refused(
          "jdbc:postgresql://127.0.0.1:%d/d".formatted(silent.getLocalPort()),
          "127.0.0.1:%d does not answer in time".formatted(silent.getLocalPort()));
    }
  }

  @Test
  void anUnknownHost() {
    PostgresUrl url = PostgresUrl.parse("jdbc:postgresql://h.invalid/d", new ArrayList<>());
    SQLException failure =
        new SQLException("The connection attempt failed.", "08001", new UnknownHostException("h"));
    assertThat(PostgresMessages.of(failure, url, PostgresTest.settings("jdbc:postgresql://h/d")))
        .isEqualTo("there is no host h.invalid:5432");
  }

  @Test
  void aServerWithoutConnections() {
    PostgresUrl url = PostgresUrl.parse("jdbc:postgresql://h/d", new ArrayList<>());
    assertThat(
            PostgresMessages.of(
                new SQLException("FATAL: sorry, too many clients already", "53300"),
                url,
                PostgresTest.settings("jdbc:postgresql://h/d")))
        .isEqualTo(
            "the server has no connection left (sorry, too many clients already): raise its"
                + " max_connections, or lower server.database_connections");
  }

  @Test
  void tls() throws Exception {
    refused(
        plain.database() + "?sslmode=require",
        "the server has no TLS: set 'ssl = on' there; or write sslmode=disable in the URL");
    refused(
        tls.url("postgres") + "?sslmode=disable",
        "the server accepts user 'warren' with TLS only: append ?sslmode=require");
    refused(
        tls.url("postgres") + "?sslrootcert=" + directory.resolve("nothing.pem"),
        "SSL root certificate file " + directory.resolve("nothing.pem"));
    Path other = Certificates.selfSigned(directory, "dns:other.example").certificate();
    refused(
        tls.url("postgres") + "?sslrootcert=" + other,
        "the server's certificate is not signed by an authority that this machine trusts: write"
            + " sslrootcert=");
    refused(tls.url("postgres"), "nobody", "x", "pg_hba.conf");
    refused(plain.database() + "?channelBinding=require", "the server cannot prove its identity");
  }

  /** The rules for a server on another machine. */
  @Test
  void withTlsItServes() throws Exception {
    for (String options :
        new String[] {
          "",
          "?sslmode=require&channelBinding=require",
          "?sslmode=verify-full&sslrootcert=" + certificate,
          "?sslrootcert=" + certificate
        }) {
      try (OpenDatabase database =
          databases.open(PostgresTest.settings(tls.url("postgres") + options))) {
        assertThat(ask(database, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
            .as(options)
            .isEqualTo("t");
      }
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    try (PostgresServer other = PostgresServer.startOwn()) {
      Path root = other.serveTls(Certificates.selfSigned(directory, "dns:db.example.org"));
      other.stop();
      other.start();
      refused(
          other.url("postgres") + "?sslrootcert=" + root,
          "the server's certificate is not for 127.0.0.1");
    }
  }
}
