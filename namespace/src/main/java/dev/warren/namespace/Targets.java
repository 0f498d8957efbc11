package dev.warren.namespace;

/** Selects the view of a mount's file system for a caller. */
@FunctionalInterface
interface Targets {
  /** The host's own view: the file system itself. */
  Targets HOST = Mount::target;

  /** Returns the view; called within a request, so the file system is open. */
  Target of(Mount mount);
}
