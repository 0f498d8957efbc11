package dev.warren.ninep.codec;

import dev.warren.api.AttributesBuffer;
import io.netty.buffer.ByteBuf;

/** Some qids, which are used again for other files. Not for use by several threads. */
public final class QidList {
  private final int[] types;
  private final int[] versions;
  private final long[] paths;
  private int size;

  /** A list that has room for some qids. */
  public QidList(int most) {
    types = new int[most];
    versions = new int[most];
    paths = new long[most];
  }

  /** Removes all. */
  public void clear() {
    size = 0;
  }

  /** Adds a file's. */
  public void add(AttributesBuffer file) {
    types[size] = Qid.type(file.type());
    versions[size] = Qid.version(file.version());
    paths[size] = file.fileId();
    size++;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The type bits of one. */
  public int type(int index) {
    return types[index];
  }

  /** The path of one: the file's number. */
  public long path(int index) {
    return paths[index];
  }

  /** How long all are on the wire. */
  public int bytes() {
    return size * Wire.QID;
  }

  /** Appends all. */
  public void write(ByteBuf out) {
    for (int i = 0; i < size; i++) {
      Qid.write(out, types[i], versions[i], paths[i]);
    }
  }
}
