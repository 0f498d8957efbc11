package dev.warren.sftp.owner;

import dev.warren.frontend.AddressText;
import dev.warren.frontend.Recipe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that reach an SFTP server on this machine. */
public final class LoginRecipes {
  /**
   * Files change behind the client's back: gptfs's answers, what other clients write; and the size
   * of what is made when it is read, such as all of {@code /sys}, is not known before. SFTP has no
   * status for a rename between file systems, after which mv(1) copies: renamexdev makes one up.
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
   * @param service whether the host is a service of the machine, so that the key that it made is
   *     not that of whoever reads the commands
   */
  public static List<Recipe> of(
      Login login, InetSocketAddress bound, Path knownHosts, boolean service) {
    String as = service && login.identity() != null ? "sudo " : "";
    List<String> options = new ArrayList<>();
    if (login.identity() != null) {
      options.add("IdentityFile=" + file(login.identity()));
      options.add("IdentitiesOnly=yes"); // else an agent's keys may use up the attempts
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

  /** A path as ssh_config(5) takes it. */
  static String file(Path path) {
    String text = path.toAbsolutePath().normalize().toString().replace("%", "%%");
    return text.matches(".*[\\s\"].*") ? '"' + text.replace("\"", "\\\"") + '"' : text;
  }

  /** What a client of this machine connects to. */
  static String address(InetAddress bound) {
    return bound.isAnyLocalAddress() ? "127.0.0.1" : AddressText.of(bound);
  }

  private static String host(InetAddress bound) {
    String host = address(bound);
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
