package dev.warren.gptfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Operation;
import dev.warren.api.VfsPath;
import dev.warren.memfs.MemfsPlugin;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import dev.warren.testkit.TestContext;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
  @TempDir Path directory;

  @Test
  void directoriesThatAnotherHostCreatesMeanwhileExist() throws Exception {
    VfsPath child = VfsPath.parse("/parent/child");
    MemfsPlugin memory = new MemfsPlugin();
    try (FileSystem files =
        memory.open(TestContext.in(directory), memory.configSpec().parse(Map.of()).orThrow())) {
      Files.makeDirectories(new InterceptedFileSystem(files, new Faster(files)), child);
      assertThat(Files.isThere(files, child)).isTrue();
    }
  }

  /** When a directory cannot be created because its parent is missing, creates both. */
  private record Faster(FileSystem files) implements Interceptor {
    @Override
    public <T extends @Nullable Object> T around(Call call, Body<T> body) throws FsException {
      try {
        return body.run();
      } catch (FsException e) {
        if (call.operation() == Operation.MKDIR && e.errno() == Errno.ENOENT) {
          files.mkdir(call.path().parentOrRoot(), 0755);
          files.mkdir(call.path(), 0755);
        }
        throw e;
      }
    }
  }
}
