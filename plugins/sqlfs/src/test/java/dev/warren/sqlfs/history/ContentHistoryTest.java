package dev.warren.sqlfs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.sqlfs.history.ContentHistory.End;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Valid and invalid histories of contents. */
class ContentHistoryTest {
  private static final int A = 0;
  private static final int B = 1;

  private final List<ContentHistory.Write> writes = new ArrayList<>();
  private final List<ContentHistory.Read> reads = new ArrayList<>();

  private void write(int host, int number, long start, long publishing, long end, End how) {
    writes.add(new ContentHistory.Write(host, "f", number, start, publishing, end, how));
  }

  private void read(int host, int number, long start, long end) {
    part(host, number, FileContent.lengthOf(number), start, end);
  }

  private void part(int host, int number, int length, long start, long end) {
    reads.add(new ContentHistory.Read(host, "f", new FileContent(number, length), start, end));
  }

  private void isRight() {
    assertThat(ContentHistory.problem(writes, reads)).isNull();
  }

  private void isWrong() {
    assertThat(ContentHistory.problem(writes, reads)).isNotNull();
  }

  private static ByteBuffer twice(int first, int second) {
    ByteBuffer one = FileContent.bytes(first);
    ByteBuffer two = FileContent.bytes(second);
    return ByteBuffer.allocate(one.remaining() + two.remaining()).put(one).put(two).flip();
  }

  @Test
  void aWholeContentIsRecognised() {
    FileContent content = FileContent.read(FileContent.bytes(7));
    assertThat(content.number()).isEqualTo(7);
    assertThat(content.isWhole()).isTrue();
  }

  @Test
  void aPartIsRecognised() {
    assertThat(FileContent.read(FileContent.bytes(7).limit(16)).isWhole()).isFalse();
    assertThat(FileContent.read(ByteBuffer.allocate(0)).isWhole()).isFalse();
    assertThat(FileContent.read(twice(7, 7)).isWhole()).isFalse();
  }

  @Test
  void mixedContentsAreRefused() {
    assertThatThrownBy(() -> FileContent.read(twice(7, 8)))
        .hasMessageContaining("begin with content 7, but have content 8 after");
    assertThatThrownBy(() -> FileContent.read(FileContent.bytes(7).limit(15)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FileContent.read(ByteBuffer.allocate(7)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsClosedIsOpened() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    read(B, 1, 4, 5);
    write(B, 2, 6, 8, 9, End.PUBLISHED);
    read(A, 1, 7, 10);
    read(A, 2, 11, 12);
    isRight();
  }

  @Test
  void anOldContentIsNotOpenedAfterAClose() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 5, 6, End.PUBLISHED);
    read(B, 1, 7, 8);
    isWrong();
  }

  @Test
  void aContentDoesNotComeBack() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 5, 20, End.PUBLISHED);
    read(B, 2, 7, 8);
    read(B, 1, 9, 10);
    isWrong();
  }

  @Test
  void twoHostsSeeContentsInOneOrder() {
    write(A, 1, 1, 2, 30, End.PUBLISHED);
    write(B, 2, 3, 4, 31, End.PUBLISHED);
    read(2, 1, 5, 6);
    read(2, 2, 7, 8);
    isRight();
    read(3, 1, 9, 10);
    isWrong();
  }

  @Test
  void anotherHostSeesNothingBeforeTheClose() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 9, 10, End.PUBLISHED);
    read(B, 2, 5, 6);
    isWrong();
  }

  @Test
  void onlyTheOwnHostSeesWhatIsBeingWritten() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 9, 10, End.PUBLISHED);
    part(A, 2, 16, 5, 6);
    part(A, 0, 0, 5, 6);
    isRight();
    part(B, 2, 16, 11, 12);
    isWrong();
  }

  @Test
  void nobodySeesAPartAfterTheClose() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    part(A, 1, 16, 4, 5);
    isWrong();
  }

  @Test
  void aFileIsNotEmptyInBetween() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 6, 7, End.PUBLISHED);
    part(B, 0, 0, 5, 8);
    isWrong();
  }

  @Test
  void whatMayBeVisibleMayOrMayNot() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 5, 6, End.UNKNOWN);
    read(B, 1, 7, 8);
    read(B, 2, 9, 10);
    isRight();
    read(B, 1, 11, 12);
    isWrong();
  }

  @Test
  void whatWasGivenUpIsNeverVisible() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    write(A, 2, 4, 5, 6, End.GIVEN_UP);
    read(A, 2, 5, 6);
    read(A, 1, 7, 8);
    isRight();
    read(B, 2, 9, 10);
    isWrong();
  }

  @Test
  void whatNobodyHasWrittenIsNotRead() {
    write(A, 1, 1, 2, 3, End.PUBLISHED);
    read(A, 2, 4, 5);
    isWrong();
  }
}
