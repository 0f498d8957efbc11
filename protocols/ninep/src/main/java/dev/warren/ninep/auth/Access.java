package dev.warren.ninep.auth;

/**
 * Whom a listener lets in beside the host's own user and root of this system, who are trusted.
 *
 * @param everybody whether all others get in too, as nobody
 * @param trust whether all who get in are trusted: whoever reaches the listener is taken for whom
 *     they say they are
 */
public record Access(boolean everybody, boolean trust) {
  /** The host's own user and root only. */
  public static final Access OWN = new Access(false, false);
}
