package dev.warren.ninep.auth;

/**
 * Which clients a listener admits besides those that run as the host's own user or root on this
 * system, who are trusted.
 *
 * @param anyone whether all other clients are admitted too, as nobody
 * @param trust whether all admitted clients are trusted: each is whoever it claims to be
 */
public record Access(boolean anyone, boolean trust) {
  /** Only the host's own user and root. */
  public static final Access OWN = new Access(false, false);
}
