package dev.warren.localfs.linux;

/**
 * The host's own rights, on a host that acts for callers too. A thread that was born while its
 * creator had a caller's has them still, and gets the host's here; the Java virtual machine starts
 * threads when it pleases (that it does so in the middle of an operation is not known).
 */
record HostIdentity(HostIds host) implements Identity {
  @Override
  public void assume(Scratch s) {
    if (!host.isWhoThreadIs()) {
      host.restore(s);
    }
  }

  @Override
  public void drop(Scratch s) {}

  @Override
  public boolean isTrusted() {
    return true;
  }
}
