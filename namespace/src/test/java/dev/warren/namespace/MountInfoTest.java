package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static dev.warren.testkit.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import org.junit.jupiter.api.Test;

class MountInfoTest extends NamespaceFixture {
  @Test
  void mountsTellWhatTheyDo() throws FsException {
    mount("/a");
    write(namespace, path("/a/f"), "x");
    long before = namespace.mounts().getFirst().operations();
    try (OpenFile file = namespace.open(path("/a/f"), OpenOptions.READ, 0);
        OpenDirectory directory = namespace.openDirectory(path("/a"))) {
      file.stat();
      directory.stat();
      MountInfo info = namespace.mounts().getFirst();
      assertThat(info.path()).isEqualTo(path("/a"));
      assertThat(info.state()).isEqualTo(MountState.UP);
      assertThat(info.openFiles()).isEqualTo(2);
      assertThat(info.inFlight()).isZero();
      assertThat(info.operations()).isEqualTo(before + 4);
    }
    assertThat(namespace.mounts().getFirst().openFiles()).isZero();
  }
}
