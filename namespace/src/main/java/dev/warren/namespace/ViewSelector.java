package dev.warren.namespace;

/** Selects the view of a mount's file system for a caller. */
@FunctionalInterface
interface ViewSelector {
  /** The host's own view: the file system itself. */
  ViewSelector HOST = Mount::view;

  /** Returns the view; called within a request, so the file system is open. */
  MountView of(Mount mount);
}
