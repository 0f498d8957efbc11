package dev.warren.server.host;

import dev.warren.api.DescriptorBudget;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.MemoryBudget;
import dev.warren.api.PluginContext;
import dev.warren.api.Reason;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.database.Databases;
import dev.warren.namespace.MountDescription;
import dev.warren.namespace.Namespace;
import dev.warren.namespace.calls.CallPool;
import dev.warren.server.bounded.BoundedCall;
import dev.warren.server.config.InstanceSettings;
import dev.warren.server.config.ShownSettings;
import dev.warren.server.host.Openings.StillOpeningException;
import dev.warren.server.log.Redactor;
import dev.warren.server.metrics.HostMetrics;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.plugin.LoadedPlugin;
import dev.warren.server.plugin.PluginSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounted instances. {@link #apply} changes them to match a configuration, and leaves unchanged
 * ones mounted. Use from one thread at a time.
 */
final class MountReconciler {
  private static final Logger log = LoggerFactory.getLogger(MountReconciler.class);

  /** How long instances may take to respond to a question of the host. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(1);

  /** How long shutdown waits for one instance before it starts unmounting the next. */
  private static final Duration IN_ORDER = Duration.ofMillis(500);

  /**
   * The fraction of the time for unmounting that goes to requests that outlive the front ends'
   * drain.
   */
  private static final int DRAIN_SHARE = 4;

  /** How long a plugin's threads may take to notice that it was closed. */
  private static final Duration THREADS_END = Duration.ofMillis(500);

  /**
   * An instance.
   *
   * @param context the host's services for it
   * @param failure why it could not be opened; null if it was
   * @param byCommand whether an administrator mounted it, rather than the configuration
   * @param opening the call that still hangs while opening it; null if none does
   */
  private record Mounted(
      InstanceSettings settings,
      HostPluginContext context,
      @Nullable String failure,
      boolean byCommand,
      @Nullable BoundedCall<FileSystem> opening) {
    /** The plugins whose code it uses. */
    Set<LoadedPlugin> used() {
      return context.used();
    }
  }

  /** Runs a change while no other change is in progress. */
  @FunctionalInterface
  interface ChangeRunner {
    /** Runs the change, unless the host is ending; returns whether it ran. */
    boolean run(Runnable change);
  }

  /** Creates the context that an instance gets from the host. */
  @FunctionalInterface
  interface Contexts {
    PluginContext of(InstanceSettings settings, HostPluginContext ordinary);
  }

  private final Namespace namespace;
  private final Path stateDirectory;
  private final Function<InstanceSettings, Duration> drain;
  private final HostMetrics metrics;
  private final MemoryBudget memory;
  private final DescriptorBudget descriptors;
  private final Databases databases;
  private final Contexts contexts;
  private final ChangeRunner changes;
  private final Openings openings = new Openings();
  private final Map<VfsPath, Mounted> mounted = new LinkedHashMap<>();
  private final Map<VfsPath, Map<String, String>> shown = new ConcurrentHashMap<>();
  private final OpenInstances open = new OpenInstances(LONGEST_ANSWER);
  private volatile PluginSet plugins = PluginSet.EMPTY;

  /**
   * @param stateDirectory the host's state directory
   * @param drain how long in-flight requests may take to complete when their mount is removed
   * @param memory the budget in which each instance has an account
   * @param descriptors the budget for the descriptors that instances open
   * @param databases the host's databases
   * @param changes runs the changes for instances that open late
   */
  MountReconciler(
      Namespace namespace,
      Path stateDirectory,
      Function<InstanceSettings, Duration> drain,
      HostMetrics metrics,
      MemoryBudget memory,
      DescriptorBudget descriptors,
      Databases databases,
      Contexts contexts,
      ChangeRunner changes) {
    this.namespace = namespace;
    this.stateDirectory = stateDirectory;
    this.drain = drain;
    this.metrics = metrics;
    this.memory = memory;
    this.descriptors = descriptors;
    this.databases = databases;
    this.contexts = contexts;
    this.changes = changes;
  }

  /**
   * Unmounts what is no longer configured or has changed, in the reverse of the mount order, then
   * mounts what is missing, in the order of the list. Instances that failed before are tried again,
   * except those whose opening still hangs. A path whose instance is being replaced returns EIO
   * meanwhile. What an administrator has mounted stays, unless the configuration needs its path or
   * its plugin has changed.
   *
   * @param found the plugins that instances may use for inner instances
   * @return whether anything changed
   */
  boolean apply(List<InstanceSettings> wanted, PluginSet found) {
    plugins = found;
    openings.begin();
    boolean changed = false;
    for (Mounted old : List.copyOf(mounted.values()).reversed()) {
      boolean failed = old.failure() != null && old.opening() == null;
      if (failed || isStale(old, found) || !isWanted(old, wanted)) {
        unmount(old, isTaken(old.settings().path(), wanted));
        changed = true;
      }
    }
    for (InstanceSettings settings : wanted) {
      if (!mounted.containsKey(settings.path())) {
        mountOrFail(settings);
        changed = true;
      }
    }
    return changed;
  }

  /**
   * What {@link #apply} would remove that users may miss: more than half of the mounts in the
   * configuration, or content that exists only in memory.
   *
   * @return one sentence each
   */
  List<String> losses(List<InstanceSettings> wanted, PluginSet found) {
    List<String> sentences = new ArrayList<>();
    List<VfsPath> before =
        mounted.values().stream()
            .filter(old -> !old.byCommand() && old.failure() == null)
            .map(old -> old.settings().path())
            .toList();
    List<VfsPath> gone = before.stream().filter(path -> !isTaken(path, wanted)).toList();
    if (gone.size() * 2 > before.size()) {
      sentences.add(
          "it would unmount %d of %d mounts (%s)"
              .formatted(
                  gone.size(),
                  before.size(),
                  String.join(", ", gone.stream().map(VfsPath::toString).toList())));
    }
    List<VfsPath> removed =
        mounted.values().stream()
            .filter(old -> isStale(old, found) || !isWanted(old, wanted))
            .map(old -> old.settings().path())
            .toList();
    for (VfsPath path : open.losing(removed)) {
      sentences.add("it would lose the content of %s, which is only in memory".formatted(path));
    }
    return sentences;
  }

  private static boolean isWanted(Mounted mounted, List<InstanceSettings> wanted) {
    VfsPath path = mounted.settings().path();
    return mounted.byCommand() ? !isTaken(path, wanted) : wanted.contains(mounted.settings());
  }

  private static boolean isTaken(VfsPath path, List<InstanceSettings> wanted) {
    return wanted.stream().anyMatch(settings -> settings.path().equals(path));
  }

  /** The settings of all mounted and failed instances. Call only from within a change. */
  List<InstanceSettings> settings() {
    return mounted.values().stream().map(Mounted::settings).toList();
  }

  /** The loaded plugins. Thread-safe. */
  PluginSet plugins() {
    return plugins;
  }

  /** The configuration of the instance at a path, without secrets. Thread-safe. */
  Map<String, String> shownSettings(VfsPath path) {
    return shown.getOrDefault(path, Map.of());
  }

  /**
   * Why an instance accepts no more requests, as it reports or because a database does not respond;
   * null if it does accept them. Thread-safe.
   */
  @Nullable String unableBecause(VfsPath path) {
    return open.unableBecause(path);
  }

  /** The hosts that share mounts, including this one, by the path of the mount. Thread-safe. */
  Map<VfsPath, List<SharingHost>> hosts() {
    return open.hosts();
  }

  /** Whether there is a mount at exactly this path. */
  boolean isMounted(VfsPath path) {
    return mounted.containsKey(path);
  }

  /**
   * Mounts an instance for an administrator.
   *
   * @throws IOException if it cannot be opened; nothing is mounted then
   */
  void mount(InstanceSettings settings) throws IOException {
    HostPluginContext context = context(settings);
    openings.begin();
    try {
      open(settings, context);
    } catch (IOException e) {
      if (e instanceof StillOpeningException late) {
        late.call().whenEnded((opened, _) -> discard(settings, context, opened));
      }
      metrics.forget(settings.path());
      context.close();
      throw e;
    }
    mounted.put(settings.path(), new Mounted(settings, context, null, true, null));
  }

  /** Unmounts the instance at a path, and returns whether there was one. */
  boolean unmount(VfsPath path) {
    Mounted old = mounted.get(path);
    if (old != null) {
      unmount(old, false);
    }
    return old != null;
  }

  /**
   * Unmounts everything, in the reverse of the mount order. An instance that hangs delays the next
   * ones only briefly, and all of them together take no longer than this.
   */
  void unmountAll(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    List<Mounted> all = List.copyOf(mounted.values()).reversed();
    mounted.clear();
    List<BoundedCall<Boolean>> calls = new ArrayList<>();
    for (Mounted old : all) {
      BoundedCall<Boolean> call =
          BoundedCall.begin(
              "unmounting " + old.settings().label(),
              () -> end(old, false, atMost.dividedBy(DRAIN_SHARE)));
      calls.add(call);
      Duration left = Duration.ofNanos(end - System.nanoTime());
      call.awaitEnd(left.compareTo(IN_ORDER) < 0 ? left : IN_ORDER);
    }
    for (BoundedCall<Boolean> call : calls) {
      if (call.awaitEnd(Duration.ofNanos(end - System.nanoTime()))) {
        call.reportFailure();
      } else {
        call.reportSlow(atMost);
      }
    }
  }

  /**
   * Whether the plugins changed; an instance may also use another plugin's code, through {@link
   * HostPluginContext#inner}.
   */
  private static boolean isStale(Mounted mounted, PluginSet found) {
    return !found.all().containsAll(mounted.used());
  }

  private HostPluginContext context(InstanceSettings settings) {
    return new HostPluginContext(
        settings.plugin(),
        settings.path(),
        stateDirectory,
        () -> plugins,
        metrics.of(settings.path()),
        memory.open(),
        descriptors,
        new CallPool(settings.name() + " at " + settings.path()),
        databases);
  }

  private void mountOrFail(InstanceSettings settings) {
    mountOrFail(settings, true);
  }

  /**
   * @param restarts whether to try again at once if a database was lost during the opening
   */
  private void mountOrFail(InstanceSettings settings, boolean restarts) {
    HostPluginContext context = context(settings);
    try {
      open(settings, context);
      mounted.put(settings.path(), new Mounted(settings, context, null, false, null));
    } catch (StillOpeningException e) {
      log.error("{} returns EIO: {}; it is mounted once it opens", settings.label(), reason(e));
      mountFailed(settings, context, settings.label() + ": " + reason(e), e.call());
      e.call()
          .whenEnded(
              (opened, failure) -> {
                if (!changes.run(() -> returned(settings, context, opened, failure))) {
                  discard(settings, context, opened);
                }
              });
    } catch (IOException e) {
      String reason = reason(e);
      log.error(
          "{} cannot be opened and returns EIO: {}", settings.label(), reason, Reason.mistake(e));
      mountFailed(settings, context, settings.label() + " cannot be opened: " + reason, null);
      retry(settings, context, e, restarts);
    }
  }

  /** Opens an instance again once its databases respond, if it failed because they did not. */
  private void retry(
      InstanceSettings settings,
      HostPluginContext context,
      @Nullable Throwable failure,
      boolean restarts) {
    boolean isGone = failure != null && HostPluginContext.isDatabaseGone(failure);
    if (context.lacksDatabase() || (restarts && isGone)) {
      context.whenDatabasesAnswer(() -> openAgain(settings, context));
    }
  }

  /** Opens an instance again because its databases respond again. Thread-safe; returns at once. */
  private void openAgain(InstanceSettings settings, HostPluginContext context) {
    Thread.ofPlatform()
        .daemon()
        .name("opening " + settings.label() + " again")
        .start(() -> changes.run(() -> mountAgain(settings, context)));
  }

  /** Call only from within a change. */
  private void mountAgain(InstanceSettings settings, HostPluginContext failed) {
    Mounted now = mounted.get(settings.path());
    if (now == null || !now.context().equals(failed)) {
      return; // it was removed from the configuration meanwhile
    }
    try {
      boolean _ = namespace.vacate(settings.path(), Duration.ZERO);
    } catch (FsException e) {
      log.error("{} cannot be mounted: {}", settings.label(), reason(e));
      return;
    }
    metrics.forget(settings.path());
    openings.begin();
    mountOrFail(settings, false);
    failed.close(); // closed only now, so that its connections to the databases stay open
  }

  /** Handles the late return of an opening that was given up. Call only from within a change. */
  private void returned(
      InstanceSettings settings,
      HostPluginContext context,
      @Nullable FileSystem opened,
      @Nullable Throwable failure) {
    Mounted now = mounted.get(settings.path());
    if (now == null || !now.context().equals(context)) { // it is no longer configured
      Thread.ofPlatform()
          .daemon()
          .name("closing " + settings.label())
          .start(() -> discard(settings, context, opened));
      return;
    }
    try {
      boolean _ = namespace.vacate(settings.path(), Duration.ZERO);
      if (opened == null) {
        String reason = reason(failure);
        log.error("{} cannot be opened after all: {}", settings.label(), reason);
        mountFailed(settings, context, settings.label() + " cannot be opened: " + reason, null);
        retry(settings, context, failure, true);
        return;
      }
      mount(settings, context, opened);
      mounted.put(settings.path(), new Mounted(settings, context, null, false, null));
    } catch (FsException e) {
      log.error("{} cannot be mounted: {}", settings.label(), reason(e));
    }
  }

  /** Closes an instance that was opened after it was no longer needed. */
  private static void discard(
      InstanceSettings settings, HostPluginContext context, @Nullable FileSystem opened) {
    try {
      if (opened != null) {
        log.info("{} opened too late, and is closed", settings.label());
        opened.close();
      }
    } catch (FsException | RuntimeException | Error e) { // a plugin may throw anything
      log.warn("{} cannot be closed: {}", settings.label(), reason(e), Reason.mistake(e));
    } finally {
      context.calls().close();
    }
  }

  private void open(InstanceSettings settings, HostPluginContext context) throws IOException {
    mount(settings, context, openings.open(settings, contexts.of(settings, context)));
  }

  private void mount(InstanceSettings settings, HostPluginContext context, FileSystem opened)
      throws FsException {
    try {
      namespace.mount(settings.path(), opened, description(settings), context.calls());
    } catch (FsException e) {
      opened.close();
      throw e;
    }
    open.put(settings.path(), context, opened);
    show(settings);
    log.info("mounted {}", settings.label());
  }

  private void show(InstanceSettings settings) {
    shown.put(
        settings.path(),
        ShownSettings.of(settings.plugin().configSpec(), settings.config(), Redactor.PROCESS));
  }

  private void mountFailed(
      InstanceSettings settings,
      HostPluginContext context,
      String reason,
      @Nullable BoundedCall<FileSystem> opening) {
    try {
      namespace.mountFailed(settings.path(), description(settings), reason);
    } catch (FsException e) {
      log.error("{} cannot be mounted: {}", settings.label(), reason(e));
    }
    show(settings);
    mounted.put(settings.path(), new Mounted(settings, context, reason, false, opening));
  }

  private static MountDescription description(InstanceSettings settings) {
    return new MountDescription(settings.plugin().name(), settings.name());
  }

  /** The reason for a failure, without secrets. */
  static String reason(@Nullable Throwable failure) {
    return Redactor.PROCESS.redact(failure == null ? "no reason given" : Reason.of(failure));
  }

  /**
   * @param comesAgain whether another instance will be mounted at this path at once
   */
  private void unmount(Mounted old, boolean comesAgain) {
    mounted.remove(old.settings().path());
    end(old, comesAgain, drain.apply(old.settings()));
    for (LoadedPlugin plugin : old.used()) {
      if (mounted.values().stream().noneMatch(other -> other.used().contains(plugin))) {
        LeftThreads.report(plugin, THREADS_END);
      }
    }
  }

  private void end(Mounted old, boolean comesAgain, Duration atMost) {
    VfsPath path = old.settings().path();
    try {
      if (comesAgain) {
        boolean _ = namespace.vacate(path, atMost);
      } else {
        namespace.unmount(path, atMost);
      }
      log.info("unmounted {}", old.settings().label());
    } catch (FsException e) {
      log.error("{} is not unmounted: {}", old.settings().label(), e.getMessage());
    }
    shown.remove(path);
    open.remove(path);
    metrics.forget(path);
    old.context().close();
  }
}
