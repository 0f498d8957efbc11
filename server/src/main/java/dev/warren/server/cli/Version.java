package dev.warren.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this program. */
final class Version {
  private Version() {}

  /** The version set by the build, such as {@code 0.1.0}. */
  static String current() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new IllegalStateException("the program's own jar cannot be read", e);
    }
  }
}
