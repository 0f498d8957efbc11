package dev.warren.server.plugin;

/** Sources of small front ends. */
public final class FrontEndSources {
  private FrontEndSources() {}

  /**
   * Returns a jar with a front end, the class {@code p.Main}.
   *
   * @param name a Java expression
   * @param start statements of {@code RunningFrontEnd start(FrontEndContext context, Config config)
   *     throws IOException}; {@code new Running()} creates one
   * @param close statements of the running front end's {@code close}
   * @param members further members of the running front end
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
              private static final ConfigKey<String> TEXT =
                  ConfigKey.string("text", "a text").withDefault("x");
              @Override public String name() { return %s; }
              @Override public ConfigSpec configSpec() {
                return ConfigSpec.of(TEXT);
              }
              @Override public List<ConfigProblem> check(Config config) {
                if (config.get(TEXT).equals("throw")) {
                  throw new IllegalStateException("boom");
                }
                return config.get(TEXT).equals("wrong")
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

  /** Returns a front end that starts and has no sessions. */
  public static JarBuilder simple(String name) {
    return frontEnd('"' + name + '"', "return new Running();", "", NOBODY);
  }

  /** A member that returns no sessions. */
  public static final String NOBODY =
      "@Override public List<SessionInfo> sessions() { return List.of(); }";
}
