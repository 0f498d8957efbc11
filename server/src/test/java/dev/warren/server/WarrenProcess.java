package dev.warren.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, on the test's class path, with all of its output. */
final class WarrenProcess implements AutoCloseable {
  /** A time limit that only a call that hangs reaches. */
  private static final long LONGEST_SECONDS = 90;

  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  /** Starts the program in a directory that is also its installation directory. */
  WarrenProcess(Path home, String... arguments) throws IOException {
    this(home, Map.of(), arguments);
  }

  WarrenProcess(Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    this(home, List.of(), environment, arguments);
  }

  /** Starts the program through a command that executes its arguments. */
  WarrenProcess(
      Path home, List<String> wrapper, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    // the tests' parent process may ignore signals, which children inherit
    command.addAll(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.addAll(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dwarren.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().remove("WARREN_CONFIG");
    builder.environment().putAll(environment);
    process = builder.start();
    reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /** Waits for a line of output that contains a text. */
  synchronized void await(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (lines.stream().noneMatch(line -> line.contains(text))) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (ended || left <= 0) {
        throw new AssertionError("no '" + text + "' in " + String.join("\n", lines));
      }
      wait(left);
    }
  }

  long pid() {
    return process.pid();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
  }

  /** Waits for the process to end and returns its exit status. */
  int exitStatus() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("does not end: " + String.join("\n", lines()));
    }
    reader.join();
    return process.exitValue();
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the first line that contains a text. */
  String line(String text) {
    return lines().stream()
        .filter(line -> line.contains(text))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no '" + text + "' in " + String.join("\n", lines())));
  }

  long count(String text) {
    return lines().stream().filter(line -> line.contains(text)).count();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
