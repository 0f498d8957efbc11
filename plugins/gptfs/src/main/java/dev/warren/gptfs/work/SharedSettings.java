package dev.warren.gptfs.work;

import dev.warren.api.FsException;
import dev.warren.gptfs.store.SharedJobs;
import java.util.List;
import java.util.Map;

/**
 * The settings that all hosts share, and the states of the gates: both are read again when they may
 * have changed, and applied to this host. Thread-safe.
 */
public final class SharedSettings {
  private static final String PAUSED = "paused";
  private static final String DRAINING = "draining";

  private final SharedJobs shared;
  private final Services services;
  private final SharedGates gates;
  private final Runnable wake;
  private volatile boolean mayHaveChanged = true;

  /** Held while this host's settings are changed; never while waiting for the database. */
  private final Object lock = new Object();

  /** How many commands this host has executed that change settings; guarded by the lock. */
  private int commands;

  /**
   * @param wake makes the thread that calls {@link #read} do so soon; non-blocking
   */
  SharedSettings(SharedJobs shared, Services services, SharedGates gates, Runnable wake) {
    this.shared = shared;
    this.services = services;
    this.gates = gates;
    this.wake = wake;
  }

  /**
   * No calls are started on any host. Blocking.
   *
   * @param here applies it to this host; non-blocking
   */
  public void pause(Runnable here) throws FsException {
    set(PAUSED, here);
  }

  /**
   * All hosts refuse new jobs. Blocking.
   *
   * @param here applies it to this host; non-blocking
   */
  public void drain(Runnable here) throws FsException {
    set(DRAINING, here);
  }

  private void set(String name, Runnable here) throws FsException {
    shared.set(name, "true");
    apply(here);
  }

  /**
   * Ends what {@link #pause} and {@link #drain} have begun, and opens the gates of all hosts.
   * Blocking.
   *
   * @param here does the same for this host; non-blocking
   */
  public void resume(Runnable here) throws FsException {
    shared.resume(List.of(DRAINING, PAUSED));
    apply(here);
    changed(); // another host may have changed them meanwhile
    wake.run();
  }

  private void apply(Runnable here) {
    synchronized (lock) {
      commands++;
      here.run();
    }
  }

  /** They may have changed: they are to be read again. Non-blocking. */
  void changed() {
    mayHaveChanged = true;
  }

  /** Whether nothing is to be read. */
  boolean isCurrent() {
    return !mayHaveChanged;
  }

  /**
   * Publishes what is new of this host's gates, and reads settings and gates if they may have
   * changed. Called by one thread.
   */
  void read() throws FsException {
    boolean announced = gates.announce();
    boolean probed = gates.probe();
    if (!announced || !probed) {
      mayHaveChanged = true;
    }
    if (!mayHaveChanged) {
      return;
    }
    mayHaveChanged = false; // before the work: a later notice sets it again
    boolean heard = false;
    try {
      int before = commandsSoFar();
      Map<String, String> settings = shared.settings();
      synchronized (lock) {
        if (before == commands) {
          apply(settings);
        } else {
          mayHaveChanged = true; // a command has changed them since
        }
      }
      heard = gates.hear();
    } finally {
      if (!heard) {
        mayHaveChanged = true;
      }
    }
  }

  private int commandsSoFar() {
    synchronized (lock) {
      return commands;
    }
  }

  private void apply(Map<String, String> settings) {
    services.quota().refuse(is(settings, DRAINING));
    if (is(settings, PAUSED) == services.dispatcher().isPaused()) {
      return;
    }
    if (is(settings, PAUSED)) {
      services.dispatcher().pause();
    } else {
      services.dispatcher().unpause();
    }
  }

  private static boolean is(Map<String, String> settings, String name) {
    return "true".equals(settings.get(name));
  }
}
