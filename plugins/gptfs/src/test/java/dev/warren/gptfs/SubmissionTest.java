package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubmissionTest {
  private FakeModel model;
  private Mount mount;

  @BeforeEach
  void open() throws Exception {
    model = new FakeModel();
    mount = Mount.open(new MemoryFileSystem(), Mount.config(model.url()));
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  @Test
  void aPromptGetsItsAnswer() throws Exception {
    mount.put("inbox/prompt.txt", "Tell me a joke\n");
    assertThat(mount.read("wait/prompt")).isEqualTo("re: Tell me a joke");
    assertThat(mount.text("outbox/prompt_response.txt")).isEqualTo("re: Tell me a joke");
    assertThat(mount.status("prompt").path("status").asString()).isEqualTo("completed");
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void aDirectoryIsNotRenamedToTheNameOfAnAnswer() throws Exception {
    mount.fs.mkdir(Mount.path("inbox/d"), 0755);
    assertThatThrownBy(
            () -> mount.fs.rename(Mount.path("inbox/d"), Mount.path("inbox/y_status.json"), false))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("answers have names like");
    mount.put("inbox/y.txt", "hi");
    assertThat(mount.read("wait/y")).isEqualTo("re: hi");
  }

  @Test
  void aFileWithTheNameOfADirectoryHidesNoneOfItsJobs() throws Exception {
    mount.put("inbox/deep.txt", "one");
    mount.fs.mkdir(Mount.path("inbox/deep"), 0755);
    mount.put("inbox/deep/x.txt", "two");
    assertThat(mount.read("wait/deep/x")).isEqualTo("re: two");
    assertThat(mount.read("wait/deep.txt")).isEqualTo("re: one");
  }
}
