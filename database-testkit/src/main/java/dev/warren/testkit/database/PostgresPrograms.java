package dev.warren.testkit.database;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PostgreSQL's programs, where Debian has them or in the path; started by somebody who is not root,
 * as whom they do not run.
 *
 * @param directory where they are
 */
record PostgresPrograms(Path directory) {
  private static final Path DEBIANS = Path.of("/usr/lib/postgresql");
  private static final int OLDEST = 14;

  /** The newest ones. */
  static Optional<PostgresPrograms> find() throws IOException {
    List<Path> places = new ArrayList<>();
    if (Files.isDirectory(DEBIANS)) {
      try (Stream<Path> versions = Files.list(DEBIANS)) {
        versions
            .filter(version -> version(version) >= OLDEST)
            .sorted(Comparator.comparingInt(PostgresPrograms::version).reversed())
            .forEach(version -> places.add(version.resolve("bin")));
      }
    }
    for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      places.add(Path.of(place));
    }
    return places.stream()
        .filter(place -> Files.isExecutable(place.resolve("initdb")))
        .filter(place -> Files.isExecutable(place.resolve("postgres")))
        .findFirst()
        .map(PostgresPrograms::new);
  }

  private static int version(Path directory) {
    String name = directory.getFileName().toString();
    return name.matches("\\d{1,3}") ? Integer.parseInt(name) : 0;
  }

  /** Whether the user may run them: others have to for root. */
  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Who runs them for root. */
  static String servant() throws IOException {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users.anyMatch(user -> user.startsWith("postgres:")) ? "postgres" : "nobody";
    }
  }

  /** A command line that runs one of them. */
  List<String> command(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      // Not runuser, which would stay between: a signal is to reach the program.
      String servant = servant();
      command.addAll(
          List.of("setpriv", "--reuid", servant, "--regid", group(servant), "--clear-groups"));
    }
    command.add(directory.resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static String group(String user) throws IOException {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users
          .filter(line -> line.startsWith(user + ":"))
          .map(line -> line.split(":", -1)[3])
          .findFirst()
          .orElseThrow();
    }
  }

  /** Runs one of them to its end. */
  void run(Path in, String program, String... arguments) throws IOException, InterruptedException {
    Path log = Files.createTempFile("warren-" + program, ".log");
    try {
      Process process =
          new ProcessBuilder(command(program, arguments))
              .directory(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(program + " failed: " + Files.readString(log));
      }
    } finally {
      Files.deleteIfExists(log);
    }
  }
}
