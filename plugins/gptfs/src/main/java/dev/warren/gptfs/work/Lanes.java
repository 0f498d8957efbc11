package dev.warren.gptfs.work;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * The queued tasks of one endpoint. Lanes take turns, so that a thousand files in one directory do
 * not starve a file in another. Not thread-safe.
 */
final class Lanes {
  private final LinkedHashMap<String, Queue<Task>> lanes = new LinkedHashMap<>();
  private int size;
  private int parts;

  void add(Task task) {
    lanes.computeIfAbsent(task.lane(), _ -> new ArrayDeque<>()).add(task);
    size++;
    parts += task.isPart() ? 1 : 0;
  }

  /** Removes the next task, whose lane then is the last in turn. There must be a task. */
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
   * Removes the first task that is neither stale nor to be avoided, and leaves all others in their
   * order; like {@link #next()} if there is none.
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

  /** Drops stale tasks from the front, so that none uses a turn; returns whether none is left. */
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

  /** Removes and returns all tasks. */
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

  /** The number of tasks that are not lines of batches. */
  int sizeWithoutParts() {
    return size - parts;
  }
}
