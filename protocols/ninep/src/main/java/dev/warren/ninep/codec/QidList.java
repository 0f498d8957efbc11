package dev.warren.ninep.codec;

import dev.warren.api.AttributesBuffer;
import io.netty.buffer.ByteBuf;

/** A reusable list of qids. Not thread-safe. */
public final class QidList {
  private final int[] types;
  private final int[] versions;
  private final long[] paths;
  private int size;

  /** Creates a list with a fixed capacity. */
  public QidList(int most) {
    types = new int[most];
    versions = new int[most];
    paths = new long[most];
  }

  /** Removes all qids. */
  public void clear() {
    size = 0;
  }

  /** Adds a file's qid. */
  public void add(AttributesBuffer file) {
    types[size] = Qid.type(file.type());
    versions[size] = Qid.version(file.version());
    paths[size] = file.fileId();
    size++;
  }

  /** The number of qids. */
  public int size() {
    return size;
  }

  /** The type bits of a qid. */
  public int type(int index) {
    return types[index];
  }

  /** The path of a qid, which is the file's number. */
  public long path(int index) {
    return paths[index];
  }

  /** The length of all qids on the wire, in bytes. */
  public int bytes() {
    return size * Wire.QID;
  }

  /** Appends all qids to a buffer. */
  public void write(ByteBuf out) {
    for (int i = 0; i < size; i++) {
      Qid.write(out, types[i], versions[i], paths[i]);
    }
  }
}
