package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileAttributesTest {
  private static final FileAttributes FULL =
      FileAttributes.builder(FileType.BLOCK_DEVICE)
          .permissions(04751)
          .owner(1, -2)
          .linkCount(3)
          .size(4)
          .blocks(5)
          .blockSize(6)
          .device(7, 8)
          .accessTime(-9, 10)
          .modifyTime(11, 12)
          .changeTime(13, 14)
          .birthTime(15, 16)
          .fileId(17)
          .version(18)
          .build();

  private static final List<UnaryOperator<FileAttributes.Builder>> CHANGES =
      List.of(
          b -> b.permissions(0),
          b -> b.owner(0, -2),
          b -> b.owner(1, 0),
          b -> b.linkCount(0),
          b -> b.size(0).blocks(5),
          b -> b.blocks(0),
          b -> b.blockSize(0),
          b -> b.device(0, 8),
          b -> b.device(7, 0),
          b -> b.accessTime(0, 10),
          b -> b.accessTime(-9, 0),
          b -> b.modifyTime(0, 12),
          b -> b.modifyTime(11, 0),
          b -> b.changeTime(0, 14),
          b -> b.changeTime(13, 0),
          b -> b.birthTime(0, 16),
          b -> b.birthTime(15, 0),
          b -> b.fileId(0),
          b -> b.version(0));

  @Test
  void allAttributesAreKept() {
    assertThatAllIsThere(FULL);
    assertThat(FULL.accessTime()).isEqualTo(Instant.ofEpochSecond(-9, 10));
    assertThat(FULL.modifyTime()).isEqualTo(Instant.ofEpochSecond(11, 12));
    assertThat(FULL.changeTime()).isEqualTo(Instant.ofEpochSecond(13, 14));
  }

  @Test
  void aBufferHoldsAllAttributes() {
    AttributesBuffer buffer = new AttributesBuffer();
    buffer.set(FULL);
    assertThatAllIsThere(buffer);
    FileAttributes kept = buffer.toAttributes();
    assertThat(kept).isEqualTo(FULL);

    buffer.setFile(FileType.DIRECTORY, -1, 2);
    assertThat(buffer.isDirectory()).isTrue();
    assertThat(buffer.mode()).isEqualTo(0047777);
    assertThat(kept).isEqualTo(FULL);
  }

  @Test
  void aBufferIsSetPieceByPiece() {
    AttributesBuffer buffer = new AttributesBuffer();
    buffer.setFile(FileType.BLOCK_DEVICE, 04751, 3);
    buffer.setOwner(1, -2);
    buffer.setSize(4, 5, 6);
    buffer.setDevice(7, 8);
    buffer.setAccessTime(-9, 10);
    buffer.setModifyTime(11, 12);
    buffer.setChangeTime(13, 14);
    buffer.setBirthTime(15, 16);
    buffer.setFileId(17);
    buffer.setVersion(18);
    assertThatAllIsThere(buffer);
    assertThat(buffer.toAttributes()).isEqualTo(FULL);
  }

  private static void assertThatAllIsThere(StatFields file) {
    assertThat(file.type()).isEqualTo(FileType.BLOCK_DEVICE);
    assertThat(file.permissions()).isEqualTo(04751);
    assertThat(file.mode()).isEqualTo(0064751);
    assertThat(file.isDirectory()).isFalse();
    assertThat(List.of(file.uid(), file.gid(), file.linkCount())).containsExactly(1, -2, 3);
    assertThat(List.of(file.size(), file.blocks())).containsExactly(4L, 5L);
    assertThat(file.blockSize()).isEqualTo(6);
    assertThat(List.of(file.deviceMajor(), file.deviceMinor())).containsExactly(7, 8);
    assertThat(List.of(file.accessSeconds(), file.modifySeconds(), file.changeSeconds()))
        .containsExactly(-9L, 11L, 13L);
    assertThat(List.of(file.accessNanos(), file.modifyNanos(), file.changeNanos()))
        .containsExactly(10, 12, 14);
    assertThat(file.birthSeconds()).isEqualTo(15);
    assertThat(file.birthNanos()).isEqualTo(16);
    assertThat(file.fileId()).isEqualTo(17);
    assertThat(file.version()).isEqualTo(18);
  }

  @Test
  void aBuilderStartsFromExistingAttributes() {
    assertThat(FULL.toBuilder().build()).isEqualTo(FULL).hasSameHashCodeAs(FULL);
  }

  @Test
  void everyDifferenceCounts() {
    for (int i = 0; i < CHANGES.size(); i++) {
      FileAttributes changed = CHANGES.get(i).apply(FULL.toBuilder()).build();
      assertThat(changed).as("change %d", i).isNotEqualTo(FULL);
    }
    assertThat(FileAttributes.builder(FileType.FIFO).build())
        .isNotEqualTo(FileAttributes.builder(FileType.SOCKET).build());
  }

  @Test
  void withFileIdChangesNothingElse() {
    assertThat(FULL.withFileId(99)).isEqualTo(FULL.toBuilder().fileId(99).build());
    assertThat(FULL.withFileId(17)).isSameAs(FULL);
  }

  @Test
  void permissionsHaveNoTypeBits() {
    FileAttributes attributes =
        FileAttributes.builder(FileType.DIRECTORY).permissions(0107777).build();
    assertThat(attributes.permissions()).isEqualTo(07777);
    assertThat(attributes.mode()).isEqualTo(0047777);
    assertThat(attributes.isDirectory()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "512, 1", "513, 2", "9223372036854775807, 18014398509481984"})
  void aSizeTakesWholeBlocks(long size, long blocks) {
    assertThat(FileAttributes.builder(FileType.REGULAR).size(size).build().blocks())
        .isEqualTo(blocks);
  }

  @Test
  void timesSetsAllTimesExceptTheBirthTime() {
    Instant time = Instant.ofEpochSecond(-1, 999_999_999);
    FileAttributes attributes = FileAttributes.builder(FileType.REGULAR).times(time).build();
    assertThat(attributes.accessTime()).isEqualTo(time);
    assertThat(attributes.modifyTime()).isEqualTo(time);
    assertThat(attributes.changeTime()).isEqualTo(time);
    assertThat(attributes.birthSeconds()).isZero();
    assertThat(attributes.toString()).contains("REGULAR", "1969-12-31T23:59:59.999999999Z");
  }
}
