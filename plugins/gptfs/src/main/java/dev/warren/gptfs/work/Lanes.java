package dev.warren.gptfs.work;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;

/** What waits for one endpoint. Lanes take turns, so that a thousand files do not starve one. */
final class Lanes {
  private final LinkedHashMap<String, Queue<Task>> lanes = new LinkedHashMap<>();
  private int size;
  private int parts;

  void add(Task task) {
    lanes.computeIfAbsent(task.lane(), _ -> new ArrayDeque<>()).add(task);
    size++;
    parts += task.isPart() ? 1 : 0;
  }

  /** The next one, whose lane goes to the end of the row. There is one. */
  Task next() {
    String name = lanes.firstEntry().getKey();
    Queue<Task> tasks = lanes.pollFirstEntry().getValue();
    Task task = tasks.remove();
    removed(task);
    if (!tasks.isEmpty()) {
      lanes.put(name, tasks);
    }
    return task;
  }

  /**
   * The same, but rather one that is not to be avoided, if there is one; the others of its lane
   * keep their order.
   */
  Task next(Predicate<Task> avoided) {
    for (Iterator<Queue<Task>> rows = lanes.values().iterator(); rows.hasNext(); ) {
      Queue<Task> row = rows.next();
      for (Iterator<Task> tasks = row.iterator(); tasks.hasNext(); ) {
        Task task = tasks.next();
        if (!avoided.test(task) && !task.isStale()) {
          tasks.remove();
          removed(task);
          if (row.isEmpty()) {
            rows.remove();
          }
          return task;
        }
      }
    }
    return next();
  }

  /** Drops from the front what has become stale, so that no turn is spent on it. */
  boolean isEmptyAfterCleaning() {
    while (!lanes.isEmpty()) {
      Map.Entry<String, Queue<Task>> lane = lanes.firstEntry();
      Queue<Task> tasks = lane.getValue();
      while (!tasks.isEmpty() && tasks.element().isStale()) {
        removed(tasks.remove());
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
    parts = 0;
    return all;
  }

  private void removed(Task task) {
    size--;
    parts -= task.isPart() ? 1 : 0;
  }

  int size() {
    return size;
  }

  /** Without the lines of batches. */
  int sizeWithoutParts() {
    return size - parts;
  }
}
