package dev.warren.sftp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Any bytes become a header or a {@link BadHeaderException}, within the limit of a header's length.
 * By default this runs the inputs in the resources; with JAZZER_FUZZ=1 it searches for new ones.
 */
class HeaderFuzzTest {
  private static final int MAX_LENGTH = 2048;

  @FuzzTest(maxDuration = "20s")
  void bytesAreAHeaderOrAnError(byte[] input) {
    HeaderReader reader = new HeaderReader();
    try {
      for (int i = 0; i < input.length; i++) {
        Optional<ProxyHeader> header = reader.add(input[i]);
        assertThat(i).isLessThan(MAX_LENGTH);
        if (header.isPresent()) {
          InetSocketAddress client = header.get().client();
          assertThat(client == null || client.getAddress() != null).isTrue();
          return;
        }
      }
    } catch (BadHeaderException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
