package dev.warren.ninep.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.warren.api.FsException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes give a message or an FsException, and nothing past their end is read. By default this
 * runs the inputs in the resources; with JAZZER_FUZZ=1 it searches for new ones.
 */
@Tag("slow")
class DecoderFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void bytesAreAMessageOrAnError(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuf bytes = Unpooled.wrappedBuffer(input);
    MessageReader reader = new MessageReader(Unpooled.EMPTY_BUFFER);
    try {
      var _ = Tmessage.read(input[0] & 0xFF, reader.reset(bytes, 1, input.length));
    } catch (FsException e) {
      return; // a client gets this as Rlerror
    }
    if (reader.remaining() != 0) {
      throw new AssertionError("read a message and left " + reader.remaining() + " bytes");
    }
  }
}
