package dev.warren.gptfs;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Private certificate authorities, and keys of servers that the first one has signed, created by
 * keytool.
 */
final class Certificates {
  /** A certificate for a server at the address of the tests. */
  static final String HERE = "here";

  /** A certificate for a server of another name. */
  static final String ELSEWHERE = "elsewhere";

  /** A certificate for a server at the address of the tests that expired some days ago. */
  static final String EXPIRED = "expired";

  /** The authority that has signed these certificates. */
  static final String AUTHORITY = "authority";

  /** An authority that has signed nothing. */
  static final String STRANGER = "stranger";

  private static final String PASSWORD = "changeit";

  private final Path directory;

  /**
   * Creates all files.
   *
   * @param directory an existing directory
   */
  Certificates(Path directory) throws Exception {
    this.directory = directory;
    authority(AUTHORITY);
    authority(STRANGER);
    server(HERE, "ip:127.0.0.1,dns:localhost", "-1d", 10);
    server(ELSEWHERE, "dns:elsewhere.invalid", "-1d", 10);
    server(EXPIRED, "ip:127.0.0.1,dns:localhost", "-5d", 2);
  }

  private void authority(String name) throws Exception {
    keytool("-genkeypair -alias %s -dname CN=%s -ext bc:c -validity 30".formatted(name, name));
  }

  private void server(String name, String host, String start, int days) throws Exception {
    keytool(
        "-genkeypair -alias %s -dname CN=%s -signer %s -ext san=%s -startdate %s -validity %d"
            .formatted(name, name, AUTHORITY, host, start, days));
  }

  private void keytool(String arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()),
                Stream.concat(
                    Stream.of(arguments.split(" ")),
                    Stream.of(
                        "-keyalg", "EC", "-storepass", PASSWORD, "-keystore", store().toString())))
            .toList();
    Path log = directory.resolve("keytool.log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError(Files.readString(log));
    }
  }

  private Path store() {
    return directory.resolve("keys.p12");
  }

  private KeyStore keys() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  /** The key store of a server. */
  SSLSocketFactory sockets(String name) throws Exception {
    KeyStore keys = keys();
    for (String alias : Collections.list(keys.aliases())) {
      if (!alias.equals(name)) {
        keys.deleteEntry(alias);
      }
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context.getSocketFactory();
  }

  /** An authority's certificate as a PEM file. */
  String file(String authority) throws Exception {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keys().getCertificate(authority).getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    return Files.writeString(directory.resolve(authority + ".pem"), pem).toString();
  }
}
