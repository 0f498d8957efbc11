package dev.warren.server.host;

import dev.warren.api.FileSystem;
import dev.warren.api.SharingHost;
import dev.warren.api.VfsPath;
import dev.warren.server.plugin.HostPluginContext;
import dev.warren.server.survey.Survey;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The instances that serve requests. The host queries them together, and leaves out an instance
 * that does not respond in time. Thread-safe.
 */
final class OpenInstances {
  private final Duration patience;
  private final Map<VfsPath, Open> open = new ConcurrentHashMap<>();
  private final Survey<VfsPath> losses = new Survey<>("content of");
  private final Survey<VfsPath> sharing = new Survey<>("hosts of");

  /** The parts of an instance that was opened. */
  private record Open(HostPluginContext context, FileSystem fileSystem) {}

  /** A query of a file system. */
  @FunctionalInterface
  private interface Question<V> {
    V put(FileSystem fileSystem) throws Exception;
  }

  /**
   * @param patience how long all instances together may take to respond
   */
  OpenInstances(Duration patience) {
    this.patience = patience;
  }

  void put(VfsPath path, HostPluginContext context, FileSystem fileSystem) {
    open.put(path, new Open(context, fileSystem));
  }

  void remove(VfsPath path) {
    open.remove(path);
  }

  /** Why an instance accepts no more requests; null if it does accept them, or is not open. */
  @Nullable String unableBecause(VfsPath path) {
    Open instance = open.get(path);
    return instance == null ? null : instance.context().unableBecause();
  }

  /** Returns which of these instances would lose content if they were unmounted. */
  List<VfsPath> losing(Collection<VfsPath> paths) {
    return ask(losses, paths, FileSystem::losesContent).entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The hosts that share instances, ordered by path; instances that are not shared are left out.
   * For one caller at a time, because a survey leaves out instances that another survey is
   * querying.
   */
  synchronized Map<VfsPath, List<SharingHost>> hosts() {
    Map<VfsPath, List<SharingHost>> hosts =
        new TreeMap<>(ask(sharing, open.keySet(), FileSystem::hosts));
    hosts.values().removeIf(List::isEmpty);
    return hosts;
  }

  private <V> Map<VfsPath, V> ask(
      Survey<VfsPath> survey, Collection<VfsPath> paths, Question<V> question) {
    Map<VfsPath, Callable<V>> questions = new LinkedHashMap<>();
    for (VfsPath path : paths) {
      Open instance = open.get(path);
      if (instance != null) {
        questions.put(path, () -> question.put(instance.fileSystem()));
      }
    }
    return survey.ask(questions, patience);
  }
}
