import dev.warren.sqlfs.check.Check;
import java.sql.DriverManager;

/** Prints what is wrong in the tables of file systems, and fails if anything is. */
final class CheckTables {
  private CheckTables() {}

  public static void main(String... arguments) throws Exception {
    boolean sound = true;
    for (String url : arguments) {
      try (var connection = DriverManager.getConnection(url)) {
        var problems = Check.problems(connection);
        problems.forEach(problem -> System.out.println(url + ": " + problem));
        sound &= problems.isEmpty();
      }
    }
    System.exit(sound ? 0 : 1);
  }
}
