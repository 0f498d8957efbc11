package dev.warren.server.config;

import dev.warren.api.Reason;
import dev.warren.server.log.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}}, {@code ${env:NAME:-default}} and {@code ${file:path}} in text; a
 * default may itself contain references. Two dollar signs before a brace stand for a literal dollar
 * sign and brace. Every value obtained this way is hidden in logs and messages from then on.
 */
final class References {
  /** The largest file that a reference may read, in bytes: such files hold keys and passwords. */
  static final int MOST_BYTES = 64 * 1024;

  private static final int DEEPEST = 10;

  private final Function<String, @Nullable String> environment;
  private final Path directory;
  private final Redactor redactor;

  /**
   * @param environment returns the value of an environment variable, null if it is not set
   * @param directory what relative file names are relative to
   */
  References(Function<String, @Nullable String> environment, Path directory, Redactor redactor) {
    this.environment = environment;
    this.directory = directory;
    this.redactor = redactor;
  }

  /**
   * Text whose references are resolved.
   *
   * @param value the text
   * @param foreign whether part of it came from the environment or a file
   */
  record Resolved(String value, boolean foreign) {
    /** Shows only whether the text is foreign, since the value must not be shown. */
    @Override
    public String toString() {
      return foreign ? "***" : "text";
    }
  }

  /** A reference that cannot be resolved; the message says what to do. */
  static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1;

    UnresolvedException(String message) {
      super(message);
    }
  }

  /** Replaces every reference, in defaults too. */
  Resolved resolve(String text) throws UnresolvedException {
    return resolve(text, 0);
  }

  private Resolved resolve(String text, int depth) throws UnresolvedException {
    if (depth > DEEPEST) {
      throw new UnresolvedException("references are nested too deeply");
    }
    StringBuilder out = new StringBuilder();
    boolean foreign = false;
    int at = 0;
    while (true) {
      int next = text.indexOf("${", at);
      if (next < 0) {
        return new Resolved(out.append(text, at, text.length()).toString(), foreign);
      }
      if (next > at && text.charAt(next - 1) == '$') {
        out.append(text, at, next - 1).append("${");
        at = next + 2;
        continue;
      }
      int end = end(text, next);
      if (end < 0) {
        throw new UnresolvedException(
            "'${' without '}'; write '$${' for the characters themselves");
      }
      out.append(text, at, next);
      Resolved value = value(text.substring(next + 2, end), depth);
      foreign |= value.foreign();
      out.append(value.value());
      at = end + 1;
    }
  }

  /**
   * The index of the closing brace of the reference that begins at {@code start}; -1 if there is
   * none.
   */
  private static int end(String text, int start) {
    int open = 0;
    for (int at = start; at < text.length(); at++) {
      if (text.startsWith("${", at)) {
        open++;
        at++;
      } else if (text.charAt(at) == '}' && --open == 0) {
        return at;
      }
    }
    return -1;
  }

  private Resolved value(String reference, int depth) throws UnresolvedException {
    if (reference.startsWith("env:")) {
      return variable(reference.substring(4), depth);
    }
    if (reference.startsWith("file:")) {
      String value = content(reference.substring(5));
      redactor.hide(value, "${" + reference + "}");
      return new Resolved(value, true);
    }
    throw new UnresolvedException(
        "'${%s}' is neither ${env:NAME} nor ${file:path}; write '$${' for the characters themselves"
            .formatted(reference));
  }

  private Resolved variable(String reference, int depth) throws UnresolvedException {
    int split = reference.indexOf(":-");
    String name = split < 0 ? reference : reference.substring(0, split);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new UnresolvedException("'%s' is not the name of a variable".formatted(name));
    }
    String value = environment.apply(name);
    if (split >= 0 && (value == null || value.isEmpty())) { // as in a shell
      return resolve(reference.substring(split + 2), depth + 1);
    }
    if (value == null) {
      throw new UnresolvedException(
          "environment variable %s is not set; set it, or write ${env:%s:-default}"
              .formatted(name, name));
    }
    redactor.hide(value, "${env:" + name + "}");
    return new Resolved(value, true);
  }

  private String content(String name) throws UnresolvedException {
    try (InputStream in = Files.newInputStream(directory.resolve(name))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new UnresolvedException(
            "file %s is larger than %d bytes".formatted(name, MOST_BYTES));
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replaceFirst("\r?\n\\z", ""); // editors end files with a line break
    } catch (NoSuchFileException e) {
      throw new UnresolvedException("there is no file " + e.getFile());
    } catch (CharacterCodingException e) {
      throw new UnresolvedException("file " + name + " is not text in UTF-8");
    } catch (IOException | InvalidPathException e) {
      throw new UnresolvedException("file %s cannot be read: %s".formatted(name, Reason.of(e)));
    }
  }
}
