package dev.warren.bench;

import dev.warren.api.AttributesBuffer;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.ninep.codec.AttributesCodec;
import dev.warren.ninep.codec.MessageReader;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Tmessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading requests and writing replies, without a connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private final ByteBuf open = Unpooled.directBuffer();
  private final ByteBuf walk = Unpooled.directBuffer();
  private final ByteBuf reply = Unpooled.directBuffer(AttributesCodec.FRAME);
  private final MessageReader reader = new MessageReader(Unpooled.EMPTY_BUFFER);
  private final AttributesBuffer attributes = new AttributesBuffer();

  /** The bodies of requests, and the content of a file. */
  public CodecBenchmark() {
    open.writeIntLE(7).writeIntLE(2);
    byte[] name = "f000581".getBytes(StandardCharsets.UTF_8);
    walk.writeIntLE(1).writeIntLE(7).writeShortLE(1).writeShortLE(name.length).writeBytes(name);
    attributes.setFile(FileType.REGULAR, 0644, 1);
    attributes.setSize(4096, 8, 4096);
    attributes.setVersion(4711);
  }

  /** Tlopen: a record. */
  @Benchmark
  public Tmessage decodeOpen() throws FsException {
    return Tmessage.read(MessageType.TLOPEN, reader.reset(open, 0, open.writerIndex()));
  }

  /** A Twalk of one name. It is read in place, so only the name is allocated. */
  @Benchmark
  public String decodeWalk() throws FsException {
    reader.reset(walk, 0, walk.writerIndex());
    reader.bits32();
    reader.bits32();
    reader.u16();
    String name = reader.name();
    reader.end();
    return name;
  }

  /** Rgetattr. */
  @Benchmark
  public ByteBuf encodeAttributes() {
    AttributesCodec.write(reply.clear(), 0x7FF, attributes);
    return reply;
  }
}
