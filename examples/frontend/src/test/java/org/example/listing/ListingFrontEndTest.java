package org.example.listing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.frontend.FrontEnd;
import dev.warren.testkit.frontend.FrontEndContract;
import dev.warren.testkit.frontend.FrontEndHost;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every front end, and tests of what is specific to this one. */
class ListingFrontEndTest extends FrontEndContract {
  @Override
  protected FrontEnd createFrontEnd() {
    return new ListingFrontEnd();
  }

  @Override
  protected Map<String, Object> section(int port, Path emptyDirectory) {
    return Map.of("listen", "127.0.0.1:" + port);
  }

  @Test
  void otherMachinesCannotReachIt(@TempDir Path state) {
    try (FrontEndHost host = new FrontEndHost(state)) {
      assertThatThrownBy(() -> host.start(createFrontEnd(), Map.of("listen", "0.0.0.0:0")))
          .hasMessageContaining("no log-in");
    }
  }
}
