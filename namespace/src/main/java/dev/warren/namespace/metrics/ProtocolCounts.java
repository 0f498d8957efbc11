package dev.warren.namespace.metrics;

import dev.warren.api.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The operations of one front end on one mount. Thread-safe. */
// an array indexed by ordinal is the fastest map, and it never leaves this object
@SuppressWarnings("EnumOrdinal")
public final class ProtocolCounts {
  private static final Operation[] OPERATIONS = Operation.values();

  private final AtomicReferenceArray<@Nullable OperationCounts> counts =
      new AtomicReferenceArray<>(OPERATIONS.length);
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();

  ProtocolCounts() {}

  OperationCounts of(Operation operation) {
    OperationCounts known = counts.get(operation.ordinal());
    return known == null ? make(operation) : known;
  }

  private OperationCounts make(Operation operation) {
    OperationCounts made = new OperationCounts();
    OperationCounts first = counts.compareAndExchange(operation.ordinal(), null, made);
    return first == null ? made : first;
  }

  void read(long bytes) {
    bytesRead.add(bytes);
  }

  void written(long bytes) {
    bytesWritten.add(bytes);
  }

  /** How many bytes of file content were read. */
  public long bytesRead() {
    return bytesRead.sum();
  }

  /** How many bytes of file content were written. */
  public long bytesWritten() {
    return bytesWritten.sum();
  }

  /** The operations that were performed. */
  public Map<Operation, OperationCounts> operations() {
    Map<Operation, OperationCounts> asked = new EnumMap<>(Operation.class);
    for (Operation operation : OPERATIONS) {
      OperationCounts one = counts.get(operation.ordinal());
      if (one != null) {
        asked.put(operation, one);
      }
    }
    return asked;
  }
}
