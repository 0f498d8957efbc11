package dev.warren.server.plugin;

/** Sources of small plugins. */
public final class PluginSources {
  private PluginSources() {}

  /**
   * Returns the source of a plugin class in package {@code p}.
   *
   * @param readme a Java expression
   * @param open statements of {@code FileSystem open(PluginContext context, Config config) throws
   *     IOException}
   * @param members further members
   */
  public static String plugin(
      String className, String name, String readme, String open, String members) {
    return """
    package p;
    import dev.warren.api.*;
    import dev.warren.api.config.*;
    import java.io.IOException;
    import java.util.Map;
    public class %s implements Plugin {
      private static final ConfigKey<String> TEXT =
          ConfigKey.string("text", "a text").withDefault("x");
      %s
      @Override public String name() { return "%s"; }
      @Override public ConfigSpec configSpec() {
        return ConfigSpec.of(TEXT);
      }
      @Override public String readme() { return %s; }
      @Override public FileSystem open(PluginContext context, Config config) throws IOException {
        %s
      }
    }
    """
        .formatted(className, members, name, readme, open);
  }

  /** Returns a plugin that opens an inner memfs, so that it serves a complete file system. */
  public static String overMemfs(String className, String name) {
    return plugin(className, name, "\"# a\"", "return context.inner(\"memfs\", Map.of());", "");
  }
}
