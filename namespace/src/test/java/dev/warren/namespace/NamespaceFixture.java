package dev.warren.namespace;

import static dev.warren.testkit.TestFiles.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import java.time.Instant;
import java.time.InstantSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/** Creates a namespace for each test, with a fixed clock. */
abstract class NamespaceFixture {
  static final MountDescription MEMFS = MountDescription.of("memfs");
  static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  final Namespace namespace = new Namespace(InstantSource.fixed(START));

  @AfterEach
  void close() {
    namespace.close();
  }

  MemoryFileSystem mount(String path) throws FsException {
    MemoryFileSystem fs = new MemoryFileSystem();
    namespace.mount(path(path), fs, MEMFS);
    return fs;
  }

  static void fails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
