package dev.warren.gptfs.work;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What waits for one endpoint. Lanes take turns, so that a thousand files do not starve one. */
final class Lanes {
  private final LinkedHashMap<String, Queue<Task>> lanes = new LinkedHashMap<>();
  private int size;

  void add(Task task) {
    lanes.computeIfAbsent(task.lane(), _ -> new ArrayDeque<>()).add(task);
    size++;
  }

  /** The next one, whose lane goes to the end of the row; null if there is none. */
  @Nullable Task poll() {
    Iterator<Map.Entry<String, Queue<Task>>> first = lanes.entrySet().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Map.Entry<String, Queue<Task>> lane = first.next();
    String name = lane.getKey();
    Queue<Task> tasks = lane.getValue();
    first.remove();
    Task task = tasks.remove();
    size--;
    if (!tasks.isEmpty()) {
      lanes.put(name, tasks);
    }
    return task;
  }

  /** Drops from the front what has become stale, so that no turn is spent on it. */
  boolean isEmptyAfterCleaning() {
    while (!lanes.isEmpty()) {
      Map.Entry<String, Queue<Task>> lane = lanes.firstEntry();
      Queue<Task> tasks = lane.getValue();
      while (!tasks.isEmpty() && tasks.element().isStale()) {
        tasks.remove();
        size--;
      }
      if (!tasks.isEmpty()) {
        return false;
      }
      lanes.pollFirstEntry();
    }
    return true;
  }

  /** Everything, taken out. */
  List<Task> drain() {
    List<Task> all = new ArrayList<>();
    lanes.values().forEach(all::addAll);
    lanes.clear();
    size = 0;
    return all;
  }

  int size() {
    return size;
  }
}
