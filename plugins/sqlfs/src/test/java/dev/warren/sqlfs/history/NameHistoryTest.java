package dev.warren.sqlfs.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Valid and invalid histories of names. */
class NameHistoryTest {
  private static final int A = 0;
  private static final int B = 1;
  private static final String DONE = NameRules.DONE;

  private final List<Event<NameCall>> events = new ArrayList<>();

  private void at(long start, long end, int host, NameCall call, String result) {
    events.add(Event.known(host, call, result, start, end));
  }

  private void unknown(long start, int host, NameCall call) {
    events.add(Event.unknown(host, call, start));
  }

  private static NameCall create(String path, int mark) {
    return new NameCall.Create(path, mark);
  }

  private static NameCall find(String path) {
    return new NameCall.Find(path, NameCall.Lookup.STAT);
  }

  private static NameCall links(String path) {
    return new NameCall.Find(path, NameCall.Lookup.STAT_LINKS);
  }

  private static NameCall rename(String from, String to) {
    return new NameCall.Rename(from, to, true);
  }

  private static NameCall move(String from, String to) {
    return new NameCall.Rename(from, to, false);
  }

  private static NameCall unlink(String path) {
    return new NameCall.Unlink(path);
  }

  private void isRight() {
    assertThat(NameHistory.problem(events)).isNull();
  }

  private void isWrong() {
    assertThat(NameHistory.problem(events)).isNotNull();
  }

  @Test
  void nothingIsRight() {
    isRight();
  }

  @Test
  void callsInTurnHaveTheirResults() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, B, create("a", 2), "EEXIST");
    at(5, 6, B, rename("a", "b"), DONE);
    at(7, 8, A, find("a"), "ENOENT");
    at(9, 10, A, find("b"), "file 1");
    at(11, 12, B, new NameCall.Link("b", "c"), DONE);
    at(13, 14, A, links("b"), "file 1, links: 2");
    isRight();
  }

  @Test
  void concurrentCallsMayComeInAnyOrder() {
    at(1, 10, A, create("a", 1), DONE);
    at(2, 9, B, create("a", 2), "EEXIST");
    at(3, 4, A, find("a"), "ENOENT");
    at(5, 6, B, find("a"), "file 1");
    isRight();
  }

  /** The only valid order is not the obvious one. */
  @Test
  void theSearchGoesBack() {
    at(1, 20, A, create("a", 1), DONE);
    at(2, 21, B, unlink("a"), DONE);
    at(3, 22, A, new NameCall.Mkdir("a", 2), DONE);
    at(4, 23, B, new NameCall.Rmdir("a"), DONE);
    at(5, 24, A, move("a", "b"), DONE);
    at(6, 25, B, create("a", 3), DONE);
    at(30, 31, A, find("a"), "ENOENT");
    at(32, 33, A, find("b"), "file 3");
    isRight();
  }

  /** At the first possible place, the rename changes nothing; at a later one, it does. */
  @Test
  void aRenameThatChangesNothingIsNotPlacedTooEarly() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, new NameCall.Link("a", "b"), DONE);
    at(5, 10, A, rename("b", "a"), DONE);
    at(6, 7, B, unlink("a"), DONE);
    at(11, 12, B, find("b"), "ENOENT");
    at(13, 14, B, links("a"), "file 1, links: 1");
    isRight();
  }

  @Test
  void aFileIsCreatedOnce() {
    at(1, 4, A, create("a", 1), DONE);
    at(2, 3, B, create("a", 2), DONE);
    isWrong();
  }

  @Test
  void whatIsCreatedIsFoundAfterwards() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, B, find("a"), "ENOENT");
    isWrong();
  }

  @Test
  void whatWasFoundDoesNotVanish() {
    at(1, 10, A, create("a", 1), DONE);
    at(2, 3, B, find("a"), "file 1");
    at(4, 5, A, find("a"), "ENOENT");
    isWrong();
  }

  @Test
  void aRenamedFileHasNotItsOldName() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, rename("a", "b"), DONE);
    at(5, 6, B, find("a"), "file 1");
    isWrong();
  }

  /** The file has one of the two names at any time. */
  @Test
  void aRenameIsOneStep() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 10, A, rename("a", "b"), DONE);
    at(4, 5, B, find("a"), "ENOENT");
    at(6, 7, B, find("b"), "ENOENT");
    isWrong();
  }

  @Test
  void aReplacedNameIsAlwaysThere() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, create("b", 2), DONE);
    at(5, 10, A, rename("a", "b"), DONE);
    at(6, 7, B, find("b"), "ENOENT");
    isWrong();
  }

  @Test
  void aFileIsMovedOnce() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 6, A, move("a", "b"), DONE);
    at(4, 5, B, move("a", "c"), DONE);
    isWrong();
  }

  @Test
  void aNameIsNotReplacedByAMove() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, create("b", 2), DONE);
    at(5, 8, A, move("a", "c"), DONE);
    at(6, 7, B, move("b", "c"), DONE);
    isWrong();
  }

  @Test
  void aFileIsRemovedOnce() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 6, A, unlink("a"), DONE);
    at(4, 5, B, unlink("a"), DONE);
    isWrong();
  }

  @Test
  void aRemovedFileGetsNoMoreNames() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, unlink("a"), DONE);
    at(5, 6, B, new NameCall.Link("a", "b"), DONE);
    isWrong();
  }

  @Test
  void theNumberOfNamesIsThatOfTheirMoment() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, new NameCall.Link("a", "b"), DONE);
    at(5, 6, B, links("a"), "file 1, links: 1");
    isWrong();
  }

  @Test
  void twoHostsSeeChangesInOneOrder() {
    at(1, 20, A, create("a", 1), DONE);
    at(2, 21, B, create("b", 2), DONE);
    at(3, 4, A, find("a"), "file 1");
    at(5, 6, A, find("b"), "ENOENT");
    at(7, 8, B, find("b"), "file 2");
    isRight();
    at(9, 10, B, find("a"), "ENOENT");
    isWrong();
  }

  /** The same error, in events that have to be checked together because a rename has both names. */
  @Test
  void namesThatARenameConnectsAreCheckedTogether() {
    at(1, 20, A, create("a", 1), DONE);
    at(2, 21, B, create("b", 2), DONE);
    at(3, 4, A, find("a"), "file 1");
    at(5, 6, A, find("b"), "ENOENT");
    at(7, 8, B, find("b"), "file 2");
    at(30, 31, B, rename("a", "b"), "ENOENT");
    isWrong();
  }

  @Test
  void whatMayHaveHappenedMayOrMayNot() {
    unknown(1, A, create("a", 1));
    at(3, 4, B, find("a"), "ENOENT");
    isRight();
    at(5, 6, A, find("a"), "file 1");
    isRight();
    at(7, 8, B, create("a", 2), "EEXIST");
    isRight();
  }

  @Test
  void whatMayHaveHappenedIsNotUndone() {
    unknown(1, A, create("a", 1));
    at(3, 4, B, find("a"), "file 1");
    at(5, 6, A, find("a"), "ENOENT");
    isWrong();
  }

  @Test
  void whatMayHaveHappenedHappensOnce() {
    unknown(1, A, create("a", 1));
    at(3, 4, B, unlink("a"), DONE);
    at(5, 6, B, unlink("a"), DONE);
    isWrong();
  }

  @Test
  void nothingHappensBeforeItBegins() {
    at(1, 2, B, find("a"), "file 1");
    unknown(3, A, create("a", 1));
    isWrong();
  }

  @Test
  void whatIsRememberedIsRightUpToItsAge() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, rename("a", "b"), DONE);
    at(8, 9, B, find("a"), "file 1");
    isWrong();
    assertThat(NameHistory.problemIfRemembered(events, 5)).isNull();
    assertThat(NameHistory.problemIfRemembered(events, 3)).isNotNull();
  }

  @Test
  void aHostRemembersItsOwnChanges() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, A, rename("a", "b"), DONE);
    at(8, 9, A, find("a"), "file 1");
    assertThat(NameHistory.problemIfRemembered(events, 5)).isNotNull();
  }

  @Test
  void whatIsNotThereIsNotRemembered() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, B, find("a"), "ENOENT");
    assertThat(NameHistory.problemIfRemembered(events, 5)).isNotNull();
  }

  @Test
  void theReportNamesWhatIsNotPossible() {
    at(1, 2, A, create("a", 1), DONE);
    at(3, 4, B, find("a"), "ENOENT");
    assertThat(NameHistory.problem(events))
        .startsWith("an order of 1 events ends in {a=file 1}, where none of these is possible:")
        .contains("host 1: Find[path=a, how=STAT]: ENOENT");
  }
}
