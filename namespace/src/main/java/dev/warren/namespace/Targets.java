package dev.warren.namespace;

/** Which view of a mount's file system a caller gets. */
@FunctionalInterface
interface Targets {
  /** The host's own: the file system itself. */
  Targets HOST = Mount::target;

  /** The view; called within a request, so the file system is open. */
  Target of(Mount mount);
}
