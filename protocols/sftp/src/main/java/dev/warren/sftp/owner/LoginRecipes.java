package dev.warren.sftp.owner;

import dev.warren.frontend.AddressText;
import dev.warren.frontend.Recipe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that connect to an SFTP server on this machine. */
public final class LoginRecipes {
  /**
   * Options that suit the host's files. Without caches, because files change on the server (gptfs's
   * answers, other clients' writes). With direct I/O, because the size of generated files, such as
   * all of {@code /sys}, is not known in advance. With renamexdev, because SFTP has no status for a
   * rename between file systems, after which mv(1) would copy: renamexdev produces the error.
   */
  private static final List<String> SSHFS =
      List.of(
          "reconnect",
          "direct_io",
          "workaround=renamexdev",
          "dir_cache=no",
          "attr_timeout=0",
          "entry_timeout=0");

  private LoginRecipes() {}

  /**
   * The commands.
   *
   * @param knownHosts the file by which clients verify the host
   * @param service whether the host is a system service, so that only root can read the key that it
   *     created
   */
  public static List<Recipe> of(
      Login login, InetSocketAddress bound, Path knownHosts, boolean service) {
    String as = service && login.identity() != null ? "sudo " : "";
    List<String> options = new ArrayList<>();
    if (login.identity() != null) {
      options.add("IdentityFile=" + file(login.identity()));
      options.add("IdentitiesOnly=yes"); // otherwise an agent's keys may use up the attempts
    }
    options.add("UserKnownHostsFile=" + file(knownHosts));
    String at = login.user() + "@" + host(bound.getAddress());
    return List.of(
        new Recipe("look around", as + sftp(options, bound.getPort(), at)),
        new Recipe(
            "mount with sshfs; fusermount -u ~/mnt unmounts",
            "mkdir -p ~/mnt && " + as + sshfs(options, bound, at)));
  }

  private static String sftp(List<String> options, int port, String at) {
    StringBuilder command = new StringBuilder("sftp -P " + port);
    options.forEach(option -> command.append(" -o ").append(Recipe.quoted(option)));
    return command.append(' ').append(Recipe.quoted(at)).toString();
  }

  private static String sshfs(List<String> options, InetSocketAddress bound, String at) {
    List<String> all = new ArrayList<>();
    options.forEach(option -> all.add(option.replace("\\", "\\\\").replace(",", "\\,")));
    all.addAll(SSHFS);
    return "sshfs -p %d -o %s %s ~/mnt"
        .formatted(bound.getPort(), Recipe.quoted(String.join(",", all)), Recipe.quoted(at + ":/"));
  }

  /** A path in the syntax of ssh_config(5). */
  static String file(Path path) {
    String text = path.toAbsolutePath().normalize().toString().replace("%", "%%");
    return text.matches(".*[\\s\"].*") ? '"' + text.replace("\"", "\\\"") + '"' : text;
  }

  /** The address that a client on this machine connects to. */
  static String address(InetAddress bound) {
    return bound.isAnyLocalAddress() ? "127.0.0.1" : AddressText.of(bound);
  }

  private static String host(InetAddress bound) {
    String host = address(bound);
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
