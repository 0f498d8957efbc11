package org.example.listing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.testkit.frontend.FrontEndHost;
import dev.warren.testkit.frontend.RemoteReadOnlyContract;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of file systems, over HTTP. */
class ListingOverHttpTest extends RemoteReadOnlyContract {
  @Override
  protected FrontEnd createFrontEnd() {
    return new ListingFrontEnd();
  }

  @Override
  protected Map<String, Object> section(Path emptyDirectory) {
    return Map.of("listen", "127.0.0.1:0");
  }

  @Override
  protected FileSystem connect(RunningFrontEnd server) {
    return new HttpFiles("http://" + server.addresses().getFirst());
  }

  /**
   * A page of another site can make its host name resolve to this address; a browser would then let
   * that page read every file.
   */
  @Test
  void anotherNameIsRefused(@TempDir Path state) throws Exception {
    try (FrontEndHost host = new FrontEndHost(state)) {
      RunningFrontEnd server = host.start(createFrontEnd(), section(state));
      int port = FrontEndHost.port(server.addresses().getFirst());
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        socket
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".getBytes(US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes(12);
        assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 421");
      }
    }
  }
}
