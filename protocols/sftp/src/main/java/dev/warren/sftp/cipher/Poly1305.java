package dev.warren.sftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The one-time authenticator of RFC 8439, section 2.5. Not thread-safe.
 *
 * <p>The accumulator h and the key r are three limbs of 44, 44 and 42 bits. The low 44 bits of a
 * product of limbs come from one multiplication. The upper bits are exactly the result of {@link
 * Math#unsignedMultiplyHigh} with one factor shifted left by 20. Both are summed separately, so
 * that no addition overflows 64 bits.
 *
 * <p>As many blocks as possible are processed in pairs, as (h + first) * r^2 + second * r. This
 * needs half of the carries, and the second product does not depend on the block before it. It is a
 * quarter faster, close to the limit that 18 multiplications per block allow.
 */
final class Poly1305 {
  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;

  private static final int BLOCK_BYTES = 16;
  private static final int PAIR_BYTES = 2 * BLOCK_BYTES;
  private static final byte[] ZERO = new byte[BLOCK_BYTES];
  private static final long MASK_44 = (1L << 44) - 1;
  private static final long MASK_42 = (1L << 42) - 1;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] pending = new byte[BLOCK_BYTES];
  private int pendingBytes;
  private long r0;
  private long r1;
  private long r2;
  private long square0;
  private long square1;
  private long square2;
  private long pad0;
  private long pad1;
  private long h0;
  private long h1;
  private long h2;

  /** Starts a message. The key must not be used for another: r, which is clamped here, then s. */
  void init(byte[] key) {
    long low = (long) LONG.get(key, 0) & 0x0ffffffc0fffffffL;
    long high = (long) LONG.get(key, 8) & 0x0ffffffc0ffffffcL;
    r0 = low & MASK_44;
    r1 = ((low >>> 44) | (high << 20)) & MASK_44;
    r2 = high >>> 24;
    pad0 = (long) LONG.get(key, 16);
    pad1 = (long) LONG.get(key, 24);
    h0 = r0;
    h1 = r1;
    h2 = r2;
    single(ZERO, 0, BLOCK_BYTES, 0);
    square0 = h0;
    square1 = h1;
    square2 = h2;
    h0 = 0;
    h1 = 0;
    h2 = 0;
    pendingBytes = 0;
  }

  /** Adds a part of the message. */
  void update(byte[] data, int offset, int length) {
    int from = offset;
    int left = length;
    if (pendingBytes > 0) {
      int taken = Math.min(left, BLOCK_BYTES - pendingBytes);
      System.arraycopy(data, from, pending, pendingBytes, taken);
      pendingBytes += taken;
      from += taken;
      left -= taken;
      if (pendingBytes < BLOCK_BYTES) {
        return;
      }
      single(pending, 0, BLOCK_BYTES, 1L << 40);
      pendingBytes = 0;
    }
    int whole = left & -BLOCK_BYTES;
    int paired = left & -PAIR_BYTES;
    pairs(data, from, paired);
    single(data, from + paired, whole - paired, 1L << 40);
    pendingBytes = left - whole;
    System.arraycopy(data, from + whole, pending, 0, pendingBytes);
  }

  /** Ends the message and writes its tag of {@value #TAG_BYTES} bytes. */
  void finish(byte[] tag, int offset) {
    if (pendingBytes > 0) {
      pending[pendingBytes] = 1;
      Arrays.fill(pending, pendingBytes + 1, BLOCK_BYTES, (byte) 0);
      single(pending, 0, BLOCK_BYTES, 0);
    }
    // Carry until h < 2^130, then subtract 2^130-5 if h is not below that.
    long carry = h1 >>> 44;
    h1 &= MASK_44;
    h2 += carry;
    carry = h2 >>> 42;
    h2 &= MASK_42;
    h0 += carry * 5;
    carry = h0 >>> 44;
    h0 &= MASK_44;
    h1 += carry;
    carry = h1 >>> 44;
    h1 &= MASK_44;
    h2 += carry;
    carry = h2 >>> 42;
    h2 &= MASK_42;
    h0 += carry * 5;
    carry = h0 >>> 44;
    h0 &= MASK_44;
    h1 += carry;

    long g0 = h0 + 5;
    carry = g0 >>> 44;
    g0 &= MASK_44;
    long g1 = h1 + carry;
    carry = g1 >>> 44;
    g1 &= MASK_44;
    long g2 = h2 + carry - (1L << 42);
    long keep = g2 >> 63; // all ones if h was below the modulus
    h0 = (h0 & keep) | (g0 & ~keep);
    h1 = (h1 & keep) | (g1 & ~keep);
    h2 = (h2 & keep) | (g2 & ~keep & MASK_42);

    long low = h0 | (h1 << 44);
    long high = (h1 >>> 20) | (h2 << 24);
    long sum = low + pad0;
    LONG.set(tag, offset, sum);
    LONG.set(tag, offset + 8, high + pad1 + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0));
  }

  /**
   * Sets h = (h + block) * r mod 2^130-5 for each block; {@code top} is the bit above a whole
   * block.
   */
  private void single(byte[] data, int offset, int length, long top) {
    long a0 = h0;
    long a1 = h1;
    long a2 = h2;
    long b0 = r0;
    long b1 = r1;
    long b2 = r2;
    long s0 = b0 << 20;
    long s1 = b1 << 20;
    long s2 = b2 << 20;
    for (int i = offset; i < offset + length; i += BLOCK_BYTES) {
      long low = (long) LONG.get(data, i);
      long high = (long) LONG.get(data, i + 8);
      a0 += low & MASK_44;
      a1 += ((low >>> 44) | (high << 20)) & MASK_44;
      a2 += (high >>> 24) | top;

      long p0 = (a0 * b0) & MASK_44;
      long p1 = ((a0 * b1) & MASK_44) + ((a1 * b0) & MASK_44) + Math.unsignedMultiplyHigh(a0, s0);
      long p2 =
          ((a0 * b2) & MASK_44)
              + ((a1 * b1) & MASK_44)
              + ((a2 * b0) & MASK_44)
              + Math.unsignedMultiplyHigh(a0, s1)
              + Math.unsignedMultiplyHigh(a1, s0);
      long p3 =
          ((a1 * b2) & MASK_44)
              + ((a2 * b1) & MASK_44)
              + Math.unsignedMultiplyHigh(a0, s2)
              + Math.unsignedMultiplyHigh(a1, s1)
              + Math.unsignedMultiplyHigh(a2, s0);
      long p4 =
          ((a2 * b2) & MASK_44)
              + Math.unsignedMultiplyHigh(a1, s2)
              + Math.unsignedMultiplyHigh(a2, s1);
      long p5 = Math.unsignedMultiplyHigh(a2, s2);

      // 2^132 = 4 * 2^130 = 20 (mod 2^130-5)
      a0 = p0 + 20 * p3;
      a1 = p1 + 20 * p4;
      a2 = p2 + 20 * p5;
      a1 += a0 >>> 44;
      a0 &= MASK_44;
      a2 += a1 >>> 44;
      a1 &= MASK_44;
      a0 += (a2 >>> 42) * 5;
      a2 &= MASK_42;
      a1 += a0 >>> 44;
      a0 &= MASK_44;
    }
    h0 = a0;
    h1 = a1;
    h2 = a2;
  }

  /** As {@link #single}, for two whole blocks at a time. */
  private void pairs(byte[] data, int offset, int length) {
    long a0 = h0;
    long a1 = h1;
    long a2 = h2;
    long b0 = square0;
    long b1 = square1;
    long b2 = square2;
    long s0 = b0 << 20;
    long s1 = b1 << 20;
    long s2 = b2 << 20;
    long d0 = r0;
    long d1 = r1;
    long d2 = r2;
    long t0 = d0 << 20;
    long t1 = d1 << 20;
    long t2 = d2 << 20;
    for (int i = offset; i < offset + length; i += PAIR_BYTES) {
      long low = (long) LONG.get(data, i);
      long high = (long) LONG.get(data, i + 8);
      a0 += low & MASK_44;
      a1 += ((low >>> 44) | (high << 20)) & MASK_44;
      a2 += (high >>> 24) | 1L << 40;
      low = (long) LONG.get(data, i + 16);
      high = (long) LONG.get(data, i + 24);
      long c0 = low & MASK_44;
      long c1 = ((low >>> 44) | (high << 20)) & MASK_44;
      long c2 = (high >>> 24) | 1L << 40;

      long p0 = ((a0 * b0) & MASK_44) + ((c0 * d0) & MASK_44);
      long p1 =
          ((a0 * b1) & MASK_44)
              + ((a1 * b0) & MASK_44)
              + Math.unsignedMultiplyHigh(a0, s0)
              + ((c0 * d1) & MASK_44)
              + ((c1 * d0) & MASK_44)
              + Math.unsignedMultiplyHigh(c0, t0);
      long p2 =
          ((a0 * b2) & MASK_44)
              + ((a1 * b1) & MASK_44)
              + ((a2 * b0) & MASK_44)
              + Math.unsignedMultiplyHigh(a0, s1)
              + Math.unsignedMultiplyHigh(a1, s0)
              + ((c0 * d2) & MASK_44)
              + ((c1 * d1) & MASK_44)
              + ((c2 * d0) & MASK_44)
              + Math.unsignedMultiplyHigh(c0, t1)
              + Math.unsignedMultiplyHigh(c1, t0);
      long p3 =
          ((a1 * b2) & MASK_44)
              + ((a2 * b1) & MASK_44)
              + Math.unsignedMultiplyHigh(a0, s2)
              + Math.unsignedMultiplyHigh(a1, s1)
              + Math.unsignedMultiplyHigh(a2, s0)
              + ((c1 * d2) & MASK_44)
              + ((c2 * d1) & MASK_44)
              + Math.unsignedMultiplyHigh(c0, t2)
              + Math.unsignedMultiplyHigh(c1, t1)
              + Math.unsignedMultiplyHigh(c2, t0);
      long p4 =
          ((a2 * b2) & MASK_44)
              + Math.unsignedMultiplyHigh(a1, s2)
              + Math.unsignedMultiplyHigh(a2, s1)
              + ((c2 * d2) & MASK_44)
              + Math.unsignedMultiplyHigh(c1, t2)
              + Math.unsignedMultiplyHigh(c2, t1);
      long p5 = Math.unsignedMultiplyHigh(a2, s2) + Math.unsignedMultiplyHigh(c2, t2);

      a0 = p0 + 20 * p3;
      a1 = p1 + 20 * p4;
      a2 = p2 + 20 * p5;
      a1 += a0 >>> 44;
      a0 &= MASK_44;
      a2 += a1 >>> 44;
      a1 &= MASK_44;
      a0 += (a2 >>> 42) * 5;
      a2 &= MASK_42;
      a1 += a0 >>> 44;
      a0 &= MASK_44;
    }
    h0 = a0;
    h1 = a1;
    h2 = a2;
  }
}
