package dev.warren.sftp.owner;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a configuration file by which OpenSSH's clients on the same machine reach the host: {@code
 * sftp -F state/ssh_config warren}. It contains everything that they would otherwise ask for or
 * fail to find: the address, the user's name, the key to log in with, and the file with the host's
 * own keys. Written at each start, in the format of ssh_config(5).
 */
public final class ClientConfig {
  private static final String FILE = "ssh_config";

  private ClientConfig() {}

  /**
   * Writes the file beside the host's keys.
   *
   * @param bound the address that the server listens on
   * @param knownHosts the file by which clients verify the host
   * @throws IOException if it cannot be written
   */
  public static void write(Login login, InetSocketAddress bound, Path knownHosts)
      throws IOException {
    StringBuilder text =
        new StringBuilder(
            "# Written by Warren at each start. To use it: sftp -F THIS-FILE warren\n");
    text.append("Host warren\n");
    line(text, "HostName", LoginRecipes.address(bound.getAddress()));
    line(text, "Port", Integer.toString(bound.getPort()));
    line(text, "User", login.user());
    line(text, "UserKnownHostsFile", LoginRecipes.file(knownHosts));
    if (login.identity() != null) {
      line(text, "IdentityFile", LoginRecipes.file(login.identity()));
      line(text, "IdentitiesOnly", "yes");
    }
    Path temporary = knownHosts.resolveSibling(FILE + ".new");
    Files.writeString(temporary, text);
    Files.move(temporary, knownHosts.resolveSibling(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void line(StringBuilder text, String keyword, String value) {
    text.append("  ").append(keyword).append(' ').append(value).append('\n');
  }
}
