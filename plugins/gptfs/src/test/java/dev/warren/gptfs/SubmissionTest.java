package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

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
}
