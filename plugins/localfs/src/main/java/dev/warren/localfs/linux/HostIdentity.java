package dev.warren.localfs.linux;

/**
 * The host's own rights, on a host that also acts for callers. A thread inherits the rights of its
 * creator; if its creator was acting for a caller at that time, the thread still has the caller's
 * rights, and is given the host's rights here. The Java virtual machine may start threads at any
 * time (it is not known to do so during an operation).
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
