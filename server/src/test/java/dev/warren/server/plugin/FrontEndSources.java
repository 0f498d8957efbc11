package dev.warren.server.plugin;

/** Sources of small front ends. */
public final class FrontEndSources {
  private FrontEndSources() {}

  /**
   * A front end in package {@code p}, class {@code Main}.
   *
   * @param name a Java expression
   * @param start statements of {@code RunningFrontEnd start(FrontEndContext context, Config config)
   *     throws IOException}; {@code new Running()} is one
   * @param close statements of the running one's {@code close}
   * @param members further members of it
   */
  public static JarBuilder frontEnd(String name, String start, String close, String members) {
    return new JarBuilder()
        .source(
            "p.Main",
            """
            package p;
            import dev.warren.api.config.*;
            import dev.warren.frontend.*;
            import java.io.IOException;
            import java.time.Duration;
            import java.util.List;
            public class Main implements FrontEnd {
              @Override public String name() { return %s; }
              @Override public ConfigSpec configSpec() {
                return ConfigSpec.of(
                    ConfigKey.of("text", ConfigType.STRING, "a text").withDefault("x"));
              }
              @Override public List<ConfigProblem> check(Config config) {
                if (config.string("text").equals("throw")) {
                  throw new IllegalStateException("boom");
                }
                return config.string("text").equals("wrong")
                    ? List.of(ConfigProblem.of("text", "is wrong")) : List.of();
              }
              @Override public RunningFrontEnd start(FrontEndContext context, Config config)
                  throws IOException {
                %s
              }
              static class Running implements RunningFrontEnd {
                @Override public List<String> addresses() { return List.of("here"); }
                @Override public boolean disconnect(String id) { return false; }
                @Override public void drain(Duration atMost) {}
                @Override public void close() { %s }
                %s
              }
            }
            """
                .formatted(name, start, close, members))
        .frontEnd("p.Main");
  }

  /** One that starts, and has nobody connected. */
  public static JarBuilder simple(String name) {
    return frontEnd('"' + name + '"', "return new Running();", "", NOBODY);
  }

  /** Nobody is connected. */
  public static final String NOBODY =
      "@Override public List<SessionInfo> sessions() { return List.of(); }";
}
