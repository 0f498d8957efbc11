import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs google-java-format over every Java file below a directory: {@code Format JAR DIR check|fix}. */
class Format {
  public static void main(String[] args) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(javaHome(), "bin", "java").toString()));
    for (String part : List.of("api", "code", "file", "parser", "tree", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", args[0]));
    boolean fix = args[2].equals("fix");
    command.addAll(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    Path argFile = Files.createTempFile("format", ".args");
    try (var files = Files.walk(Path.of(args[1]))) {
      Files.write(argFile, files.filter(Format::isSource).map(Path::toString).toList());
    }
    command.add("@" + argFile);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    Files.delete(argFile);
    if (status != 0) {
      System.err.println("The files above are not formatted. To fix: mvn -q -pl build validate -Dformat.mode=fix");
      System.exit(1);
    }
  }

  /**
   * Returns a JDK that is new enough. Maven selects no toolchain if its own JDK, that of JAVA_HOME, is
   * new enough; this class then runs with the java in PATH, which may be older.
   */
  private static String javaHome() {
    String mavens = System.getenv("JAVA_HOME");
    return Runtime.version().feature() >= 25 || mavens == null ? System.getProperty("java.home") : mavens;
  }

  private static boolean isSource(Path path) {
    String name = path.toString().replace(File.separatorChar, '/');
    return name.endsWith(".java") && !name.contains("/target/") && !name.contains("/build/Format.java");
  }
}
