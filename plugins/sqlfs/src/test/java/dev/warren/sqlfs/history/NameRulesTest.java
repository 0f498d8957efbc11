package dev.warren.sqlfs.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.memfs.MemoryFileSystem;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for checking histories are those of a correct file system. */
class NameRulesTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theyAgreeWithMemfs(long seed) throws Exception {
    Random random = new Random(seed);
    NameRules rules = new NameRules();
    Set<String> results = new HashSet<>();
    try (FileSystem fs = new MemoryFileSystem()) {
      NameCalls calls = new NameCalls(1, NameCall.Lookup.STAT_LINKS);
      NameTree tree = rules.initial();
      for (int i = 0; i < 1_000; i++) {
        NameCall call = calls.next(random);
        NameTree before = tree;
        Specification.Outcome<NameTree> expected = rules.apply(before, call);
        String result = result(fs, call);
        assertThat(result).as(() -> call + " in " + before).isEqualTo(expected.result());
        results.add(result);
        tree = expected.state();
      }
    }
    assertThat(results)
        .contains("done", "ENOENT", "EEXIST", "EISDIR", "ENOTDIR", "EPERM", "EINVAL", "ENOTEMPTY");
  }

  private static String result(FileSystem fs, NameCall call) {
    try {
      return NameCalls.make(fs, call);
    } catch (FsException e) {
      return e.errno().name();
    }
  }
}
