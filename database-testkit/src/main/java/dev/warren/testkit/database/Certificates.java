package dev.warren.testkit.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** Certificates for test servers. */
public final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private Certificates() {}

  /**
   * A certificate and its private key, each a PEM file.
   *
   * @param certificate self-signed, so clients must trust it
   * @param key the server's private key
   */
  public record Pair(Path certificate, Path key) {}

  /**
   * Creates a self-signed certificate with the JDK's keytool.
   *
   * @param directory the parent of the new directory that holds the files
   * @param name the server's name: {@code ip:127.0.0.1} or {@code dns:db.example.org}
   */
  public static Pair selfSigned(Path directory, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = Files.createTempDirectory(directory, "certificate").resolve("store");
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=warren test",
                "-ext",
                "san=" + name,
                "-ext",
                "bc=ca:true",
                "-validity",
                "30",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(store.resolveSibling("log").toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("keytool failed: " + Files.readString(store.resolveSibling("log")));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return new Pair(
        pem(
            store.resolveSibling("server.crt"),
            "CERTIFICATE",
            keys.getCertificate("server").getEncoded()),
        pem(
            store.resolveSibling("server.key"),
            "PRIVATE KEY",
            keys.getKey("server", PASSWORD).getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, lines, what), US_ASCII);
  }
}
