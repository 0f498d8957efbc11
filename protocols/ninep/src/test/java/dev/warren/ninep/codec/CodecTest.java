package dev.warren.ninep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenOptions;
import dev.warren.api.TimeChange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages' golden bytes, flags and qids. */
class CodecTest {
  private static Tmessage read(int type, String hex) throws FsException {
    ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    MessageReader reader = new MessageReader(Unpooled.EMPTY_BUFFER);
    return Tmessage.read(type, reader.reset(bytes, 0, bytes.readableBytes()));
  }

  @Test
  void messagesAreReadFromTheirBytes() throws Exception {
    assertThat(read(100, "00200000 0800 395032303030 2e4c"))
        .isEqualTo(new Tmessage.Version(8192, "9P2000.L"));
    assertThat(read(104, "01000000 ffffffff 0600 6e6f626f6479 0000 ffffffff"))
        .isEqualTo(new Tmessage.Attach(1, Wire.NOFID, "nobody", "", Wire.NONUNAME));
    assertThat(read(14, "02000000 0100 66 42800000 a4810000 00000000"))
        .isEqualTo(new Tmessage.Lcreate(2, "f", 0x8042, 0100644, 0));
    assertThat(read(50, "02000000")).isEqualTo(new Tmessage.Fsync(2, false));
    assertThat(read(50, "02000000 01000000")).isEqualTo(new Tmessage.Fsync(2, true));
    assertThat(read(52, "02000000 01 01000000 0a00000000000000 0000000000000000 ffffffff 0100 63"))
        .isEqualTo(new Tmessage.Lock(2, 1, 1, 10, 0, 0xFFFF_FFFFL, "c"));
    assertThat(read(72, "02000000 0300 61ff62 ed010000 00000000"))
        .isEqualTo(new Tmessage.Mkdir(2, "a\uDCFFb", 0755, 0));
  }

  @Test
  void theMaskSelectsTheAttributesToChange() throws Exception {
    String fields = "a4010000 01000000 02000000 0300000000000000"; // mode uid gid size
    String times = "0400000000000000 0500000000000000 0600000000000000 0700000000000000";
    var all = ((Tmessage.Setattr) read(26, "09000000 bf010000" + fields + times)).changes();
    assertThat(all.permissions()).isEqualTo(0644);
    assertThat(all.size()).isEqualTo(3);
    assertThat(all.accessTime()).isEqualTo(TimeChange.to(4, 5));
    assertThat(all.modifyTime()).isEqualTo(TimeChange.to(6, 7));
    var now = ((Tmessage.Setattr) read(26, "09000000 30000000" + fields + times)).changes();
    assertThat(now.accessTime()).isEqualTo(TimeChange.NOW);
    assertThat(now.modifyTime()).isEqualTo(TimeChange.NOW);
    assertThat(now.permissions()).isNull();
    var none = ((Tmessage.Setattr) read(26, "09000000 40000000" + fields + times)).changes();
    assertThat(none.isEmpty()).isTrue();
  }

  @Test
  void onlyAStampOfZeroHasTheVersionZero() {
    assertThat(Qid.version(0)).isZero();
    Set<Integer> seen = new HashSet<>();
    for (long stamp = 1; stamp <= 100_000; stamp++) {
      seen.add(Qid.version(stamp << 20));
    }
    assertThat(seen).doesNotContain(0).hasSizeGreaterThan(99_000);
  }

  @Test
  void attributesFillTheirFrame() {
    FileAttributes attributes =
        FileAttributes.builder(FileType.BLOCK_DEVICE)
            .permissions(0640)
            .device(259, 70_000)
            .size(5)
            .fileId(77)
            .version(9)
            .build();
    ByteBuf out = Unpooled.buffer();
    AttributesBuffer buffer = new AttributesBuffer();
    buffer.set(attributes);
    AttributesCodec.write(out, 0x3FFF, buffer);
    assertThat(out.readableBytes()).isEqualTo(AttributesCodec.FRAME - Wire.HEADER);
    assertThat(out.getLongLE(0))
        .as("valid: all but the time of birth and the generation")
        .isEqualTo(0x27FF);
    assertThat(out.getIntLE(21)).isEqualTo(0060640);
    assertThat(out.getLongLE(41))
        .as("new_encode_dev")
        .isEqualTo((70_000 & 0xFF) | 259 << 8 | (70_000L & ~0xFF) << 12);
  }

  @Test
  void openFlagsAreThoseOfLinux() throws Exception {
    assertThat(OpenFlags.options(0102001 | 0400000, false))
        .isEqualTo(OpenOptions.WRITE.withAppend());
    assertThat(OpenFlags.options(02 | 0100 | 0200, true))
        .isEqualTo(OpenOptions.READ_WRITE.withExclusive());
    assertThat(OpenFlags.options(02 | 0100 | 0200, false)).isEqualTo(OpenOptions.READ_WRITE);
    assertThat(OpenFlags.options(01 | 01000 | 04010000, false))
        .isEqualTo(OpenOptions.WRITE.withTruncate().withSync());
    assertThat(OpenFlags.options(040000 | 01000000, false)).isEqualTo(OpenOptions.READ);
    assertThatCode(() -> OpenFlags.options(3, false)).isInstanceOf(FsException.class);
    assertThat(OpenFlags.options(01000, false)).isEqualTo(OpenOptions.READ_WRITE.withTruncate());
    assertThat(OpenFlags.writes(01000)).isFalse();
    assertThat(OpenFlags.writes(01001)).isTrue();
  }
}
