package dev.warren.ninep;

import dev.warren.testkit.Gap;
import java.util.Set;

/** What 9P2000.L cannot say, whatever is behind it. */
final class ThroughNinep {
  static final Set<Gap> GAPS = Set.of(Gap.RENAME_NOREPLACE);

  /** Each takes a round trip. */
  static final int MANY_ENTRIES = 10_000;

  private ThroughNinep() {}
}
