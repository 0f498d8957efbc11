package dev.warren.ninep.server;

import dev.warren.api.HostUser;
import dev.warren.frontend.Recipe;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/** The commands with which Linux mounts a listener. */
final class MountRecipes {
  /**
   * The msize in the commands: kernels before 7 allocate this in one piece for each large request.
   */
  private static final int MSIZE = 256 << 10;

  private MountRecipes() {}

  /**
   * The command for a listener; none if the kernel's client cannot use its address.
   *
   * @param bound its address with the port that the system chose
   */
  static Optional<Recipe> of(ListenAddress bound, Listener listener) {
    return switch (bound) {
      case ListenAddress.Unix unix ->
          Optional.of(
              recipe("unix", "a Unix socket", unix.path().normalize().toString(), listener));
      case ListenAddress.Tcp tcp ->
          host(tcp.socket().getAddress())
              .map(host -> recipe("tcp,port=" + tcp.socket().getPort(), "TCP", host, listener));
    };
  }

  private static Recipe recipe(String transport, String over, String source, Listener listener) {
    boolean root = HostUser.current().uid() == 0;
    String what = listener.root().isRoot() ? "" : listener.root() + " ";
    return new Recipe(
        "mount %swith the kernel's 9P client, over %s%s"
            .formatted(what, over, root ? "" : ", as root"),
        "%smount -t 9p -o trans=%s,version=9p2000.L,msize=%d %s /mnt"
            .formatted(root ? "" : "sudo ", transport, MSIZE, Recipe.quoted(source)));
  }

  /** No IPv6: only recent kernels' clients support it. */
  private static Optional<String> host(InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return Optional.empty();
    }
    return Optional.of(address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress());
  }
}
