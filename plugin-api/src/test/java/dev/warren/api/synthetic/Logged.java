package dev.warren.api.synthetic;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Captures the log messages of the kit. */
final class Logged {
  private Logged() {}

  /** An action whose log messages are captured. */
  interface Action {
    void run() throws Exception;
  }

  private static final class Memory extends Handler {
    private final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord logged) {
      messages.add(new SimpleFormatter().formatMessage(logged));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  static List<String> during(Action action) throws Exception {
    Logger logger = Logger.getLogger("dev.warren.api.synthetic");
    Memory memory = new Memory();
    logger.addHandler(memory);
    logger.setUseParentHandlers(false);
    try {
      action.run();
    } finally {
      logger.removeHandler(memory);
      logger.setUseParentHandlers(true);
    }
    return memory.messages;
  }
}
