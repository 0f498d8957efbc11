package dev.warren.ninep;

import dev.warren.api.FileSystem;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.ninep.client.ClientFileSystem;
import dev.warren.ninep.client.NinepClient;
import dev.warren.testkit.Gap;
import dev.warren.testkit.frontend.RemoteContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The contract of file systems as a 9P client sees it. */
abstract class ThroughNinep extends RemoteContract {
  @Override
  protected FrontEnd createFrontEnd() {
    return new NinepFrontEnd();
  }

  @Override
  protected Map<String, Object> section(Path emptyDirectory) {
    return Map.of("listen", List.of("127.0.0.1:0"));
  }

  @Override
  protected FileSystem connect(RunningFrontEnd server) throws Exception {
    NinepClient client = NinepClient.connect(TestServer.address(server)).version(1 << 20);
    return new ClientFileSystem(client, client.attach("/", NinepClient.NONUNAME));
  }

  /** What 9P2000.L cannot express, for any file system. */
  @Override
  public Set<Gap> gaps() {
    return Set.of(Gap.RENAME_NOREPLACE, Gap.FILE_HANDLES);
  }

  /** Fewer entries than usual, because each takes a round trip. */
  @Override
  public int manyEntries() {
    return 10_000;
  }
}
