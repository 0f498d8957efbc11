package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.memfs.MemoryFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Earlier answers of a file that is written again and again. */
class RevisionsTest {
  private FakeModel model;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    mount = Mount.open(new MemoryFileSystem(), Mount.config(model.url()));
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private static String revision(int number) {
    return "outbox/.rev/p." + number + "_response.txt";
  }

  @Test
  void theTenNewestAnswersAreKept() throws Exception {
    for (int i = 1; i <= 13; i++) {
      mount.put("inbox/p.txt", "prompt " + i);
      assertThat(mount.read("wait/p")).isEqualTo("re: prompt " + i);
    }
    for (int i = 1; i <= 3; i++) {
      assertThat(mount.exists(revision(i))).as(revision(i)).isFalse();
    }
    for (int i = 4; i <= 13; i++) {
      assertThat(mount.text(revision(i))).isEqualTo("re: prompt " + i);
    }
    assertThat(mount.status("p").at("/response/revision_path").asString()).isEqualTo(revision(13));
  }

  @Test
  void theyAreRemovedWithTheJob() throws Exception {
    for (int i = 1; i <= 12; i++) {
      mount.put("inbox/p.txt", "prompt " + i);
      assertThat(mount.read("wait/p")).isEqualTo("re: prompt " + i);
    }
    mount.fs.unlink(Mount.path("outbox/p_response.txt"));
    mount.fs.unlink(Mount.path("outbox/p_status.json"));
    for (int i = 1; i <= 12; i++) {
      assertThat(mount.exists(revision(i))).as(revision(i)).isFalse();
    }
  }
}
