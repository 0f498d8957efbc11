package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.Operation;
import dev.warren.memfs.MemoryFileSystem;
import dev.warren.testkit.Call;
import dev.warren.testkit.InterceptedFileSystem;
import dev.warren.testkit.Interceptor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes between the two checks of a settled file: of its size, and of its content. */
class SettlingRaceTest {
  /** Runs once, at the next stat of the file. */
  private final AtomicReference<Step> between = new AtomicReference<>();

  private FakeModel model;
  private Mount mount;
  private OpenFile writer;

  private interface Step {
    void run() throws FsException;
  }

  @BeforeEach
  void open() throws Exception {
    model = new FakeModel();
    Map<String, Object> config = Mount.config(model.url());
    config.put("settle", "500ms");
    config.put("workers", 1); // so that the second call waits for the first
    Interceptor looks =
        new Interceptor() {
          @Override
          public <T> T around(Call call, Body<T> body) throws FsException {
            if (call.operation() == Operation.STAT && call.path().name().equals("p.txt")) {
              Step step = between.getAndSet(null);
              if (step != null) {
                step.run();
              }
            }
            return body.run();
          }
        };
    mount =
        Mount.open(
            new InterceptedFileSystem(new MemoryFileSystem(), looks), new ManualTimers(), config);
    mount.put("inbox/p.txt", "first");
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void fire() {
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(between).as("the file was checked").hasValue(null);
  }

  @Test
  void aWriterThatOpensTheFileAsItSettlesDelaysIt() throws Exception {
    between.set(() -> writer = mount.open("inbox/p.txt", OpenOptions.WRITE));
    fire();
    mount.put("inbox/q.txt", "another");
    mount.clock().advance(Duration.ofHours(1));
    assertThat(mount.read("wait/q")).isEqualTo("re: another");
    assertThat(model.calls()).as("none for the file that is still open").isEqualTo(1);
    assertThat(mount.state("p")).isEqualTo("pending");
    Mount.write(writer, "second", 0);
    writer.close();
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.read("wait/p")).isEqualTo("re: second");
    assertThat(model.calls()).isEqualTo(2);
  }

  @Test
  void aFileThatIsRemovedAsItSettlesIsNotSent() throws Exception {
    between.set(() -> mount.fs.unlink(Mount.path("inbox/p.txt")));
    fire();
    mount.clock().advance(Duration.ofHours(1));
    mount.awaitState("p", "cancelled");
    assertThat(model.calls()).isZero();
  }

  @Test
  void aFileThatIsRewrittenWhileItSettlesIsSentOnceWithItsNewContent() throws Exception {
    between.set(() -> mount.put("inbox/p.txt", "something longer"));
    fire();
    mount.clock().advance(Duration.ofSeconds(1));
    assertThat(mount.read("wait/p")).isEqualTo("re: something longer");
    assertThat(model.calls()).isEqualTo(1);
  }
}
