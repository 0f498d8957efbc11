package dev.warren.testkit.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.frontend.SessionInfo;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.FileSystemContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of file systems, as a client of a front end sees it. A front end's test starts the
 * front end, and provides a client of its protocol that is a {@link FileSystem}. Then all cases run
 * through both. What the protocol cannot express is a {@linkplain #gaps gap}; if it has fewer
 * errors than the contract, they are {@linkplain #visible mapped}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one server for all cases
public abstract class RemoteContract extends FileSystemContract {
  private @Nullable Served served;

  /** Creates the contract, for classes that extend it. */
  protected RemoteContract() {}

  /** Creates the front end. */
  protected abstract FrontEnd createFrontEnd();

  /**
   * A section with which the front end listens on a free port of 127.0.0.1 and permits the client
   * everything, in the form that the YAML would be parsed to.
   *
   * @param emptyDirectory an existing directory, which the section may name
   */
  protected abstract Map<String, Object> section(Path emptyDirectory) throws Exception;

  /**
   * Creates a client that sees everything that is served. Called once for each case, and closed
   * after it; it may be a view of a connection that outlives the case.
   */
  protected abstract FileSystem connect(RunningFrontEnd server) throws Exception;

  /**
   * Creates the file system to serve, by default in memory. The host closes it.
   *
   * @param emptyDirectory an existing directory for it
   */
  protected FileSystem createServed(Path emptyDirectory) throws Exception {
    return new MemoryFileSystem();
  }

  private RunningFrontEnd server() {
    return Objects.requireNonNull(served, "set before all cases").server();
  }

  @BeforeAll
  final void serve(@TempDir Path temporary) throws Exception {
    Path files = Files.createDirectory(temporary.resolve("files"));
    served = new Served(createFrontEnd(), this::section, createServed(files), temporary);
  }

  @AfterAll
  final void endServing() {
    if (served != null) {
      served.close();
    }
  }

  @Override
  protected final FileSystem createFileSystem() throws Exception {
    return connect(server());
  }

  @Test
  final void whoIsConnectedIsASession() throws Exception {
    fs().stat(dir());
    assertThat(server().sessions())
        .isNotEmpty()
        .allSatisfy(
            session -> {
              assertThat(session.id()).matches("\\S+");
              assertThat(session.caller().protocol()).isNotBlank();
              assertThat(session.since()).isBeforeOrEqualTo(Instant.now());
            })
        .extracting(SessionInfo::id)
        .doesNotHaveDuplicates();
  }
}
