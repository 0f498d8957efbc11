package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.Recipe;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountOptions;
import dev.warren.namespace.MountState;
import dev.warren.namespace.calls.BlockedCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

class WelcomeTest {
  @Test
  void listsMountsAndCommandsToPaste() throws FsException {
    MountInfo up =
        new MountInfo(
            VfsPath.parse("/local"),
            MountOptions.of("localfs"),
            MountState.UP,
            null,
            0,
            0,
            0,
            BlockedCalls.NONE);
    MountInfo failed =
        new MountInfo(
            VfsPath.parse("/x"),
            MountOptions.of("memfs"),
            MountState.FAILED,
            "no\nroom",
            0,
            0,
            0,
            BlockedCalls.NONE);
    String text =
        Welcome.text(
            "1.2", List.of(failed, up), List.of(new Recipe("look around", "sftp -P 2022 host")));

    assertThat(text)
        .isEqualTo(
            """

            Warren 1.2 serves

              /local   localfs
              /x       memfs   FAILED: no room

            In another terminal of this machine:

              # look around
              sftp -P 2022 host

            """);
  }

  @Test
  void frontEndsThatAreOffAreNotMentioned() {
    assertThat(Welcome.text("1.2", List.of(), List.of()))
        .isEqualTo("\nWarren 1.2 serves\n\n  nothing: the configuration has no plugins\n\n");
  }
}
