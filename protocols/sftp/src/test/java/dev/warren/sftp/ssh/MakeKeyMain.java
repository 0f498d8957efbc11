package dev.warren.sftp.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Creates a host key, and prints any error: {@code MakeKeyMain DIRECTORY}. */
final class MakeKeyMain {
  private MakeKeyMain() {}

  public static void main(String[] args) {
    try {
      HostKeys.load(Path.of(args[0]), List.of(HostKeyType.ED25519));
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
