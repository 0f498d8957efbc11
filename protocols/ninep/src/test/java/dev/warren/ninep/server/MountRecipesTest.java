package dev.warren.ninep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.Recipe;
import dev.warren.ninep.auth.Access;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountRecipesTest {
  private static Optional<Recipe> recipe(String address, String root) throws FsException {
    ListenAddress bound = ListenAddress.parse(address);
    return MountRecipes.of(bound, new Listener(bound, VfsPath.parse(root), false, Access.OWN));
  }

  private static String command(String address) throws FsException {
    return recipe(address, "/").orElseThrow().command();
  }

  @Test
  void tcpNamesPortAndHost() throws Exception {
    assertThat(command("127.0.0.1:5640"))
        .endsWith(
            "mount -t 9p -o trans=tcp,port=5640,version=9p2000.L,msize=262144 127.0.0.1 /mnt");
  }

  @Test
  void everyAddressIsReachedOverLoopback() throws Exception {
    assertThat(command("0.0.0.0:5640")).endsWith(" 127.0.0.1 /mnt");
  }

  @Test
  void thereIsNoRecipeForIpv6() throws Exception {
    assertThat(recipe("[::1]:5640", "/")).isEmpty();
  }

  @Test
  void aSocketsPathIsQuotedForTheShellIfNecessary() throws Exception {
    assertThat(command("unix:/run/./9p.sock"))
        .endsWith("trans=unix,version=9p2000.L,msize=262144 /run/9p.sock /mnt");
    assertThat(command("unix:/it's here/9p")).endsWith(" '/it'\\''s here/9p' /mnt");
  }

  @Test
  void aSubtreeIsNamed() throws Exception {
    assertThat(recipe("127.0.0.1:5640", "/local").orElseThrow().purpose())
        .startsWith("mount /local with the kernel's 9P client, over TCP");
  }
}
