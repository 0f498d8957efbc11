package dev.warren.ninep;

import dev.warren.frontend.FrontEnd;
import dev.warren.testkit.frontend.FrontEndContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The requirements for every front end. */
class NinepFrontEndContractTest extends FrontEndContract {
  @Override
  protected FrontEnd createFrontEnd() {
    return new NinepFrontEnd();
  }

  @Override
  protected Map<String, Object> section(int port, Path emptyDirectory) {
    return Map.of("listen", List.of("127.0.0.1:" + port));
  }
}
