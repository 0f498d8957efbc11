package dev.warren.sftp.ssh;

import dev.warren.frontend.Recipe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Knows the commands that reach the server. */
@FunctionalInterface
public interface RecipeBook {
  /**
   * The commands.
   *
   * @param bound where the server listens
   * @param knownHosts the file by which clients of this machine verify the host
   * @throws IOException if a file that the commands need cannot be written
   */
  List<Recipe> recipes(InetSocketAddress bound, Path knownHosts) throws IOException;
}
