package dev.warren.sftp.ssh;

import dev.warren.frontend.Recipe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Provides the commands that connect to the server. */
@FunctionalInterface
public interface RecipeBook {
  /**
   * The commands.
   *
   * @param bound the address that the server listens on
   * @param knownHosts the file by which clients on this machine verify the host
   * @throws IOException if a file that the commands need cannot be written
   */
  List<Recipe> recipes(InetSocketAddress bound, Path knownHosts) throws IOException;
}
