package dev.warren.sftp;

import dev.warren.frontend.FrontEnd;
import dev.warren.testkit.frontend.FrontEndContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The requirements for every front end. */
class SftpFrontEndContractTest extends FrontEndContract {
  @Override
  protected FrontEnd createFrontEnd() {
    return new SftpFrontEnd();
  }

  @Override
  protected Map<String, Object> section(int port, Path emptyDirectory) {
    Map<String, Object> user =
        Map.of("name", "user", "authorized_keys", TestKeys.line(TestKeys.ed25519()));
    return Map.of("listen", List.of("127.0.0.1:" + port), "users", List.of(user));
  }
}
