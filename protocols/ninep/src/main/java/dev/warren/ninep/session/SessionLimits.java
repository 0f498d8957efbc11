package dev.warren.ninep.session;

/**
 * The limits of one session.
 *
 * @param msize maximum length of a frame, in bytes
 * @param fids maximum number of fids
 * @param xattrBytes maximum bytes of extended attributes that its fids hold
 */
public record SessionLimits(int msize, int fids, long xattrBytes) {}
