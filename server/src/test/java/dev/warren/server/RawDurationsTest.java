package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No message shows a duration as Java prints it ({@code PT2.1S}): messages use {@code
 * Quantity.duration}. The test finds durations by the types in the sources, so that it needs no
 * event that logs them.
 */
class RawDurationsTest {
  /** A variable, a parameter, a method or a component of a record. */
  private static final Pattern DURATION = Pattern.compile("\\bDuration (\\w+)\\b");

  private static final Pattern OTHER_TYPE =
      Pattern.compile(
          "\\b(?!Duration )(?:int|long|boolean|double|[A-Z]\\w*(?:<[^;=]*?>)?) (\\w+)\\b");

  private static final Pattern MESSAGE =
      Pattern.compile(
          "\\b(?:log|LOG|logger(?:\\(\\))?)\\s*\\.(?:trace|debug|info|warn|error|log)\\(|\\.formatted\\(");

  private static final Pattern CONCATENATED =
      Pattern.compile("\" \\+ ([\\w.]+(?:\\(\\))?)(?![\\w.(])");

  private static List<String> found(List<String> sources) {
    Set<String> everywhere = names(DURATION, String.join("\n", sources));
    everywhere.removeAll(names(OTHER_TYPE, String.join("\n", sources)));
    List<String> found = new ArrayList<>();
    for (String source : sources) {
      Set<String> own = names(DURATION, source);
      own.removeAll(names(OTHER_TYPE, source));
      shown(source)
          .filter(
              expression -> {
                String last = expression.substring(expression.lastIndexOf('.') + 1);
                String name = last.replace("()", "");
                return own.contains(name) || (last.endsWith("()") && everywhere.contains(name));
              })
          .forEach(found::add);
    }
    return found;
  }

  private static Set<String> names(Pattern declaration, String source) {
    return declaration
        .matcher(source)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** The expressions whose text becomes part of a message. */
  private static Stream<String> shown(String source) {
    return Stream.concat(
        CONCATENATED.matcher(source).results().map(match -> match.group(1)),
        MESSAGE
            .matcher(source)
            .results()
            .map(MatchResult::end)
            .flatMap(at -> arguments(source, at)));
  }

  /** The arguments of the call whose parenthesis ends at an index. */
  private static Stream<String> arguments(String source, int start) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int from = start;
    boolean isText = false;
    for (int i = start; depth >= 0; i++) {
      char c = source.charAt(i);
      isText ^= c == '"' && source.charAt(i - 1) != '\\';
      depth += isText ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      if (!isText && (depth < 0 || (depth == 0 && c == ','))) {
        arguments.add(source.substring(from, i).strip());
        from = i + 1;
      }
    }
    return arguments.stream();
  }

  @Test
  void noMessageShowsADurationAsJavaPrintsIt() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*/src/main/java/.*\\.java")).toList()) {
        sources.add(Files.readString(file));
      }
    }
    assertThat(sources).hasSizeGreaterThan(500);
    assertThat(found(sources)).isEmpty();
  }

  @Test
  void theSearchFindsThem() {
    assertThat(
            found(
                List.of(
                    "record Options(Duration limit, int count) {}",
                    """
                    void run(Duration drain) {
                      log.warn("{} after {}, {}", count, drain, options.limit());
                      throw new X("after " + options.limit() + " and %s, %d".formatted(drain, options.count()));
                    }
                    """)))
        .containsExactlyInAnyOrder("options.limit()", "drain", "options.limit()", "drain");
    assertThat(
            found(
                List.of(
                    "void run(Duration d) {log.warn(\"{}\", Quantity.duration(d.toMillis()));}")))
        .isEmpty();
  }
}
