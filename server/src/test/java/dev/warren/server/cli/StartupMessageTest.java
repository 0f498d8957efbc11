package dev.warren.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.Recipe;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.MountInfo;
import dev.warren.namespace.MountState;
import dev.warren.namespace.calls.BlockedCalls;
import dev.warren.server.log.Redactor;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupMessageTest {
  @Test
  void listsMountsAndCommandsToPaste() throws FsException {
    MountInfo up =
        new MountInfo(
            VfsPath.parse("/local"),
            MountDescription.of("localfs"),
            MountState.UP,
            null,
            0,
            0,
            0,
            BlockedCalls.NONE);
    MountInfo failed =
        new MountInfo(
            VfsPath.parse("/x"),
            MountDescription.of("memfs"),
            MountState.FAILED,
            "no\nroom",
            0,
            0,
            0,
            BlockedCalls.NONE);
    String text =
        StartupMessage.text(
            "1.2",
            List.of(failed, up),
            List.of(new Recipe("look around", "sftp -P 2022 host")),
            new Redactor());

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
    assertThat(StartupMessage.text("1.2", List.of(), List.of(), new Redactor()))
        .isEqualTo("\nWarren 1.2 serves\n\n  nothing: the configuration has no plugins\n\n");
  }
}
