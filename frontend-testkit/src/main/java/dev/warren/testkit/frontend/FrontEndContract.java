package dev.warren.testkit.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.Recipe;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.testkit.ConfigCases;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requirements for every front end: what it reports about itself, how it checks its section,
 * and how it starts and ends. A front end's test extends this class:
 *
 * <pre>{@code
 * class ListingFrontEndTest extends FrontEndContract {
 *   @Override
 *   protected FrontEnd createFrontEnd() {
 *     return new ListingFrontEnd();
 *   }
 *
 *   @Override
 *   protected Map<String, Object> section(int port, Path emptyDirectory) {
 *     return Map.of("listen", "127.0.0.1:" + port);
 *   }
 * }
 * }</pre>
 */
public abstract class FrontEndContract implements ConfigCases {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  /** An empty directory for one case; the state directory is created in it. */
  @TempDir protected @Nullable Path directory;

  private @Nullable FrontEndHost host;

  /** Creates the contract, for classes that extend it. */
  protected FrontEndContract() {}

  /** Creates a new instance of the front end. */
  protected abstract FrontEnd createFrontEnd();

  /**
   * A section with which the front end listens on a port of 127.0.0.1 and on no other address, in
   * the form that the YAML would be parsed to.
   *
   * @param emptyDirectory an existing directory for this case, which the section may name
   */
  protected abstract Map<String, Object> section(int port, Path emptyDirectory) throws IOException;

  @Override
  public final ConfigSpec spec() {
    return createFrontEnd().configSpec();
  }

  @Override
  public final Map<String, Object> config() throws IOException {
    return section(0);
  }

  private Map<String, Object> section(int port) throws IOException {
    Path empty = Objects.requireNonNull(directory, "set by JUnit").resolve("named");
    return new HashMap<>(section(port, Files.createDirectories(empty)));
  }

  private RunningFrontEnd start(int port) throws IOException {
    return Objects.requireNonNull(host, "set before each case")
        .start(createFrontEnd(), section(port));
  }

  @BeforeEach
  final void makeHost() throws IOException {
    Path own = Objects.requireNonNull(directory, "set by JUnit");
    host = new FrontEndHost(Files.createDirectory(own.resolve("state")));
  }

  @AfterEach
  final void endHost() {
    Objects.requireNonNull(host, "set before each case").close();
  }

  private static void connect(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HERE, port));
    }
  }

  @Test
  final void theNameIsOneForASection() {
    assertThat(createFrontEnd().name()).matches("[a-z][a-z0-9_-]*").isNotIn("server", "plugins");
  }

  @Test
  final void theWorkingSectionPassesTheCheck() throws IOException {
    assertThat(createFrontEnd().check(spec().parse(config()).orThrow())).isEmpty();
  }

  @Test
  final void itServesWhereItSaysAndNobodyIsThereYet() throws IOException {
    int port = FrontEndHost.freePort();
    RunningFrontEnd running = start(port);
    assertThat(running.addresses())
        .singleElement()
        .satisfies(address -> assertThat(FrontEndHost.port(address)).isEqualTo(port));
    assertThat(running.sessions()).isEmpty();
    assertThat(running.disconnect("no-such-session")).isFalse();
    connect(port);
  }

  /** Users paste the recipes into a shell. */
  @Test
  final void recipesAreOneLineEach() throws IOException {
    for (Recipe recipe : start(0).recipes()) {
      assertThat(recipe.purpose()).isNotBlank().doesNotContain("\n");
      assertThat(recipe.command()).isNotBlank().doesNotContain("\n");
    }
  }

  @Test
  final void itEndsTwiceAndStartsAgainInTheSamePlace() throws IOException {
    int port = FrontEndHost.freePort();
    for (int i = 0; i < 2; i++) {
      RunningFrontEnd running = start(port);
      connect(port);
      running.close();
      running.close();
      assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
    }
  }

  @Test
  final void whoDrainsTakesNobodyNew() throws IOException {
    int port = FrontEndHost.freePort();
    RunningFrontEnd running = start(port);
    running.drain(Duration.ZERO);
    assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
    running.close();
  }

  /** A failed attempt leaves nothing behind that would prevent the next one. */
  @Test
  final void aPlaceThatIsTakenIsTold() throws IOException {
    int port;
    try (ServerSocket other = new ServerSocket(0, 1, HERE)) {
      port = other.getLocalPort();
      assertThatThrownBy(() -> start(port)).isInstanceOf(IOException.class);
    }
    start(port);
    connect(port);
  }
}
