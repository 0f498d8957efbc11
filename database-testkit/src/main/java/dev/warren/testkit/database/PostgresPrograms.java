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
 * PostgreSQL's programs, in Debian's directory or in the {@code PATH}. They refuse to run as root,
 * so root starts them as another user.
 *
 * @param directory the directory of the programs
 */
record PostgresPrograms(Path directory) {
  private static final Path DEBIANS = Path.of("/usr/lib/postgresql");
  private static final int OLDEST = 14;

  /** Finds Debian's newest version, otherwise the first one in the {@code PATH}. */
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

  /** Whether this process runs as root, and must start the programs as {@link #servant}. */
  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The user as whom root starts the programs. */
  static String servant() throws IOException {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users.anyMatch(user -> user.startsWith("postgres:")) ? "postgres" : "nobody";
    }
  }

  /** The command line that runs a program. */
  List<String> command(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      // Not runuser: it would stay the parent process, and signals would not reach the program.
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

  /** Runs a program in a directory, and waits until it ends. */
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
