package dev.warren.gptfs.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
  private static Proxy choice(Map<String, String> environment, String url) {
    return new EnvironmentProxies(environment, null).select(URI.create(url)).getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS_PROXY, http://proxy:3128, https://api.example/v1, HTTP, proxy, 3128",
    "https_proxy, proxy:8080, https://api.example/v1, HTTP, proxy, 8080",
    "http_proxy, http://proxy, http://api.example/v1, HTTP, proxy, 80",
    "ALL_PROXY, socks5h://proxy, https://api.example/v1, SOCKS, proxy, 1080"
  })
  void theEnvironmentNamesAProxy(
      String name, String value, String url, Proxy.Type type, String host, int port) {
    Proxy proxy = choice(Map.of(name, value), url);
    assertThat(proxy.type()).isEqualTo(type);
    assertThat(proxy.address()).isEqualTo(InetSocketAddress.createUnresolved(host, port));
  }

  @ParameterizedTest
  @CsvSource({
    "NO_PROXY, example, https://api.example/v1",
    "NO_PROXY, 'other, .api.example', https://api.example/v1",
    "no_proxy, *, https://api.example/v1",
    "NO_PROXY, other, https://127.0.0.1/v1",
    "NO_PROXY, other, https://localhost/v1",
    "NO_PROXY, other, https://[::1]/v1",
    "HTTP_PROXY, http://proxy, http://api.example/v1"
  })
  void hostsInNoProxyAreCalledDirectly(String name, String value, String url) {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://proxy:3128", name, value);
    assertThat(choice(environment, url)).isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void partOfANameIsNotTheName() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://proxy:3128", "NO_PROXY", "pi.example");
    assertThat(choice(environment, "https://api.example/v1").type()).isEqualTo(Proxy.Type.HTTP);
  }
}
