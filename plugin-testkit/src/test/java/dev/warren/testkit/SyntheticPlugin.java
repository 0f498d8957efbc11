package dev.warren.testkit;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.util.Map;

/** A plugin built with the kit for synthetic trees, with each kind of node. */
public final class SyntheticPlugin implements Plugin {
  /** For {@link java.util.ServiceLoader}. */
  public SyntheticPlugin() {}

  private static final ConfigKey<String> GREETING =
      ConfigKey.string("greeting", "what the file says").withDefault("hello");

  @Override
  public String name() {
    return "synthetic";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(GREETING);
  }

  @Override
  public String readme() {
    return "# synthetic\n\nA tree of each kind of node.\n\n`greeting` is what a file says.\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    return tree(config.get(GREETING));
  }

  /** Returns the tree that an instance serves. */
  static FileSystem tree(String greeting) {
    return new SyntheticFileSystem(
        SyntheticDirectory.fixed()
            .with("constant", SyntheticFile.constant(greeting + "\n"))
            .with("computed", SyntheticFile.text(() -> greeting + ", computed\n"))
            .with("immediate", SyntheticFile.text(() -> greeting + " at once\n").nonBlocking())
            .with("ctl", SyntheticFile.command(line -> {}))
            .with("empty", SyntheticDirectory.fixed())
            .with(
                "listed",
                SyntheticDirectory.computed(
                    () ->
                        Map.of(
                            "one",
                            SyntheticFile.constant("1\n"),
                            "two",
                            SyntheticFile.constant("2\n")))));
  }
}
