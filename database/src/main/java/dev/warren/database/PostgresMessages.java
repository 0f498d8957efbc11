package dev.warren.database;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.HostPort;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Messages for users: why no connection to a server could be made, and what to do about it. */
final class PostgresMessages {
  private PostgresMessages() {}

  /** Returns one line without secrets. */
  static String of(SQLException failure, PostgresUrl url, DatabaseSettings settings) {
    String state = Objects.toString(failure.getSQLState(), "");
    String said = said(failure);
    return switch (state) {
      case "28P01" -> "the server refuses the password of user '%s'".formatted(settings.user());
      case "28000" -> notLetIn(said, settings);
      case "3D000" ->
          "the server has no database '%s': create it, with 'createdb -O %s %s'"
              .formatted(url.name(), settings.user(), url.name());
      case "42501" -> "user '%s' may not use the database: %s".formatted(settings.user(), said);
      case "53300" ->
          "the server has no connection left (%s): raise its max_connections, or lower server.database_connections"
              .formatted(said);
      case "57P03" -> "the server does not serve yet, or no longer (%s)".formatted(said);
      default -> unreachable(failure, said, url);
    };
  }

  private static String notLetIn(String said, DatabaseSettings settings) {
    if (said.contains("no encryption")) {
      return "the server accepts user '%s' with TLS only: append ?sslmode=require to the URL"
          .formatted(settings.user());
    }
    return said.contains("pg_hba.conf")
        ? "no line of the server's pg_hba.conf lets user '%s' connect from this machine (%s)"
            .formatted(settings.user(), said)
        : "the server refuses user '%s': %s".formatted(settings.user(), said);
  }

  private static String unreachable(SQLException failure, String said, PostgresUrl url) {
    if (said.contains("no password was provided")) {
      return "the server asks for a password: write 'password', such as ${env:DATABASE_PASSWORD}";
    }
    if (find(failure, UnknownHostException.class) != null) {
      return "there is no host %s".formatted(url.where());
    }
    if (find(failure, CertPathBuilderException.class) != null
        || find(failure, CertPathValidatorException.class) != null) {
      return "the server's certificate is not signed by an authority that this machine trusts:"
          + " write sslrootcert=FILE in the URL, with the certificate of its issuer";
    }
    if (said.contains("does not support SSL")) {
      return "the server has no TLS: set 'ssl = on' there; or write sslmode=disable in the URL, if nobody can read the traffic to %s"
          .formatted(url.where());
    }
    if (said.toLowerCase(Locale.ROOT).contains("channel binding")) {
      return "the server cannot prove its identity (%s): write sslrootcert=FILE in the URL, with the certificate that signs its own; or sslmode=require, to trust the network"
          .formatted(said);
    }
    if (said.contains("could not be verified")) {
      return "the server's certificate is not for %s: write the name in the URL that it is for"
          .formatted(String.join(", ", url.hosts().stream().map(HostPort::host).toList()));
    }
    if (find(failure, SSLException.class) != null) {
      return "TLS to %s fails: %s".formatted(url.where(), said);
    }
    if (find(failure, SocketTimeoutException.class) != null || said.contains("attempt timed out")) {
      return "%s does not answer in time".formatted(url.where());
    }
    if (find(failure, ConnectException.class) != null) {
      return "no server accepts connections at %s".formatted(url.where());
    }
    return said;
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return type.cast(one);
      }
    }
    return null;
  }

  /** The first line of a message, without its severity. */
  private static String said(SQLException failure) {
    String message = Objects.toString(failure.getMessage(), "it says nothing");
    return message
        .lines()
        .findFirst()
        .orElse(message)
        .replaceFirst("^(FATAL|ERROR|PANIC): ", "")
        .strip();
  }
}
