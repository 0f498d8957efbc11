package dev.warren.server.host;

import dev.warren.api.BlockingCalls;
import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.MemoryBudget;
import dev.warren.api.Metrics;
import dev.warren.api.PluginContext;
import dev.warren.api.VfsPath;
import dev.warren.api.host.AdminContext;
import dev.warren.api.host.HostControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an instance gets that may administer the host. What it opens inside may not. */
record AdminInstanceContext(PluginContext ordinary, HostControl host) implements AdminContext {
  @Override
  public VfsPath mountPath() {
    return ordinary.mountPath();
  }

  @Override
  public System.Logger logger() {
    return ordinary.logger();
  }

  @Override
  public Path stateDirectory() throws IOException {
    return ordinary.stateDirectory();
  }

  @Override
  public Metrics metrics() {
    return ordinary.metrics();
  }

  @Override
  public DescriptorBudget descriptors() {
    return ordinary.descriptors();
  }

  @Override
  public MemoryBudget.Account memory() {
    return ordinary.memory();
  }

  @Override
  public void unable(@Nullable String reason) {
    ordinary.unable(reason);
  }

  @Override
  public BlockingCalls blockingCalls() {
    return ordinary.blockingCalls();
  }

  @Override
  public FileSystem inner(String plugin, Map<String, ?> config) throws IOException {
    return ordinary.inner(plugin, config);
  }
}
