package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Usage;
import dev.warren.gptfs.store.Line;
import dev.warren.gptfs.store.SharedLines;
import dev.warren.gptfs.store.SharedLines.Result;
import dev.warren.gptfs.store.SharedLines.Tokens;
import java.util.List;

/** The lines of a batch in a store that hosts share: this host sends those that it has claimed. */
final class ClaimedLines implements LineSource {
  private final SharedLines shared;
  private final String id;
  private final boolean evenLost;

  /**
   * @param evenLost whether to claim lines whose host has died, so that they are sent again
   */
  ClaimedLines(SharedLines shared, String id, boolean evenLost) {
    this.shared = shared;
    this.id = id;
    this.evenLost = evenLost;
  }

  @Override
  public List<Line> claim(int most) throws FsException {
    return shared.claimOf(id, most, evenLost);
  }

  @Override
  public List<Line> keep(
      Line line, boolean answer, byte[] part, Usage used, boolean tells, int most)
      throws FsException {
    Tokens tokens =
        new Tokens(used.prompt(), used.completion(), used.total(), used.cached(), used.reasoning());
    return shared.keep(line, new Result(answer, part, tokens), tells, most, evenLost);
  }

  @Override
  public void announce() throws FsException {
    shared.announce(id);
  }

  @Override
  public void unclear(Line line) throws FsException {
    shared.unclear(line);
  }

  @Override
  public void release(List<Line> lines) throws FsException {
    shared.release(lines);
  }

  @Override
  public Progress progress() throws FsException {
    SharedLines.Progress now = shared.progress(id);
    Tokens tokens = now.tokens();
    return new Progress(
        new Counts(now.lines(), now.answered(), now.failed()),
        new Usage(
            tokens.prompt(),
            tokens.completion(),
            tokens.total(),
            tokens.cached(),
            tokens.reasoning()),
        now.lost() > 0,
        now.isUnclear());
  }
}
