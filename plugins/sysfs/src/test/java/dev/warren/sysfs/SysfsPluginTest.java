package dev.warren.sysfs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.admin.HostControl;
import dev.warren.api.Plugin;
import dev.warren.testkit.PluginContract;
import dev.warren.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin contract, with administration granted by the host. */
class SysfsPluginTest extends PluginContract {
  @Override
  protected Plugin createPlugin() {
    return new SysfsPlugin();
  }

  @Override
  protected TestContext prepare(TestContext context) {
    return context.granting(HostControl.class, new TestHost());
  }

  @Test
  void withoutTheGrantTheMessageNamesTheKey(@TempDir Path state) {
    assertThatThrownBy(() -> TestContext.open(createPlugin(), TestContext.in(state), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("server.admin_plugins");
  }
}
