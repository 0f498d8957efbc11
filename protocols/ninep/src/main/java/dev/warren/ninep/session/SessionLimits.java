package dev.warren.ninep.session;

/**
 * What one session may take.
 *
 * @param msize the greatest frame, in bytes
 * @param fids how many fids
 * @param xattrBytes bytes of extended attributes that its fids hold
 */
public record SessionLimits(int msize, int fids, long xattrBytes) {}
