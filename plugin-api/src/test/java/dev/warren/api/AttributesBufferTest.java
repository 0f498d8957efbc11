package dev.warren.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttributesBufferTest {
  private static final FileAttributes FILE =
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

  @Test
  void whatWasSetIsReadAndKept() {
    AttributesBuffer buffer = new AttributesBuffer();
    buffer.set(FILE);
    FileAttributes kept = buffer.toAttributes();
    assertThat(kept).isEqualTo(FILE);
    assertThat(new long[] {buffer.mode(), buffer.uid(), buffer.gid(), buffer.linkCount()})
        .containsExactly(0064751, 1, -2, 3);
    assertThat(new long[] {buffer.size(), buffer.blocks(), buffer.blockSize()})
        .containsExactly(4, 5, 6);
    assertThat(new long[] {buffer.deviceMajor(), buffer.deviceMinor()}).containsExactly(7, 8);
    assertThat(
            new long[] {
              buffer.accessSeconds(), buffer.accessNanos(),
              buffer.modifySeconds(), buffer.modifyNanos(),
              buffer.changeSeconds(), buffer.changeNanos(),
              buffer.birthSeconds(), buffer.birthNanos()
            })
        .containsExactly(-9, 10, 11, 12, 13, 14, 15, 16);
    assertThat(new long[] {buffer.fileId(), buffer.version()}).containsExactly(17, 18);
    assertThat(buffer.isDirectory()).isFalse();

    buffer.setFile(FileType.DIRECTORY, -1, 2);
    assertThat(buffer.isDirectory()).isTrue();
    assertThat(buffer.mode()).isEqualTo(0047777);
    assertThat(kept).isEqualTo(FILE);
  }
}
