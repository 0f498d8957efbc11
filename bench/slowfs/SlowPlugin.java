package org.example.slowfs;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A file system whose every call takes two seconds, to see which other requests it delays. */
public final class SlowPlugin implements Plugin {
  @Override
  public String name() {
    return "slowfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of();
  }

  @Override
  public String readme() {
    return "# slowfs\n\nEvery call takes two seconds.\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    FileSystem files =
        new SyntheticFileSystem(
            SyntheticDirectory.fixed().with("file", SyntheticFile.text(() -> "slow\n")));
    return (FileSystem)
        Proxy.newProxyInstance(
            SlowPlugin.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (self, method, arguments) -> call(self, files, method, arguments));
  }

  private static Object call(Object self, FileSystem files, Method method, Object[] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "as":
        return self;
      case "nonBlocking":
        return null;
      case "close", "equals", "hashCode", "toString":
        break;
      default:
        Thread.sleep(2_000);
    }
    try {
      return method.invoke(files, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
