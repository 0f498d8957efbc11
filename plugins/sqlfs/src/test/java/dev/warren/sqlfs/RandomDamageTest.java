package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.config.DatabaseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is changed in the tables, one repair is enough: afterwards the check finds nothing, and
 * the file system works.
 */
@Tag("slow")
class RandomDamageTest {
  private static final List<String> TABLES =
      List.of("inode", "entry", "chunk", "xattr", "orphan", "hold", "loose");

  /** Each statement takes the number of a row, and the number to store there. */
  private static final List<String> CHANGES =
      List.of(
          "UPDATE sqlfs_inode SET links = ?2 WHERE id = ?1",
          "UPDATE sqlfs_inode SET parent = ?2 WHERE id = ?1",
          "UPDATE sqlfs_inode SET size = ?2 WHERE id = ?1",
          "UPDATE sqlfs_inode SET stored = ?2 WHERE id = ?1",
          "UPDATE sqlfs_inode SET content = ?2 WHERE id = ?1",
          "UPDATE sqlfs_inode SET type = (?2 % 16) * 4096 WHERE id = ?1",
          "UPDATE sqlfs_entry SET parent = ?2 WHERE inode = ?1",
          "UPDATE sqlfs_entry SET inode = ?2 WHERE inode = ?1",
          "UPDATE sqlfs_chunk SET content = ?2 WHERE content = ?1",
          "UPDATE sqlfs_chunk SET number = ?2 WHERE content = ?1",
          "UPDATE sqlfs_xattr SET inode = ?2 WHERE inode = ?1",
          "INSERT INTO sqlfs_orphan (inode, number) VALUES (?1, ?2)",
          "INSERT INTO sqlfs_hold (inode, session) VALUES (?1, ?2)",
          "INSERT INTO sqlfs_loose (content, session) VALUES (?1, ?2)",
          "UPDATE sqlfs_volume SET files = ?1, bytes = ?2");

  @TempDir @Nullable Path directory;

  DatabaseSettings settings(Path own) throws Exception {
    return TestHost.sqlite(own);
  }

  int rounds() {
    return 30;
  }

  @Test
  void oneRepairIsEnough() throws Exception {
    for (int seed = 0; seed < rounds(); seed++) {
      Path own = Files.createDirectory(Objects.requireNonNull(directory).resolve("round-" + seed));
      try (CheckedDatabase db = new CheckedDatabase(own, settings(own))) {
        db.fill();
        damage(db, new Random(seed));
        db.repair();
        assertThat(db.check()).as("seed %d", seed).isEmpty();
        try (FileSystem fs = db.open()) {
          fs.mkdir(path("/new"), 0755);
          fs.rmdir(path("/new"));
        }
      }
    }
  }

  private static void damage(CheckedDatabase db, Random random) throws Exception {
    long last = db.number("SELECT last_id FROM sqlfs_volume");
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      long row = 1 + random.nextLong(last);
      long other = random.nextBoolean() ? 1 + random.nextLong(last) : random.nextLong(1 << 20);
      switch (random.nextInt(6)) {
        case 0 ->
            change(
                db, "UPDATE sqlfs_entry SET name = ? WHERE inode = ?", "a/b".getBytes(UTF_8), row);
        case 1, 2 -> {
          String table = TABLES.get(random.nextInt(TABLES.size()));
          change(db, "DELETE FROM sqlfs_%s WHERE %s = ?".formatted(table, key(table)), row);
        }
        default -> {
          String change = CHANGES.get(random.nextInt(CHANGES.size()));
          change(db, change.replace("?1", Long.toString(row)).replace("?2", Long.toString(other)));
        }
      }
    }
  }

  private static String key(String table) {
    return switch (table) {
      case "inode" -> "id";
      case "chunk", "loose" -> "content";
      default -> "inode";
    };
  }

  private static void change(CheckedDatabase db, String statement, Object... values)
      throws Exception {
    try {
      db.sql(statement, values);
    } catch (SQLException e) {
      assertThat(e.getMessage()).containsIgnoringCase("unique"); // the table already has such a row
    }
  }
}
