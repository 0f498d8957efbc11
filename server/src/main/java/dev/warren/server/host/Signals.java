package dev.warren.server.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles SIGTERM, SIGINT and SIGHUP. Shutdown hooks do not suffice: they run while the JVM is
 * already ending, all at once and in no order, cannot choose the exit status, and do not see SIGHUP
 * or a second SIGTERM. {@code sun.misc.Signal} is in the module jdk.unsupported, which exists
 * because there is no replacement (JEP 260). It is called by reflection because javac warns about
 * it without a way to suppress the warning, and warnings are errors here.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs an action for each signal of these names ({@code TERM}), on a separate thread. */
  static void handle(Map<String, Runnable> actions) {
    actions.forEach(Signals::handle);
  }

  @SuppressWarnings("ReferenceEquality") // identity is what equals means for this proxy
  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of " + name;
                  });
      Object before =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      if (before != null && before.equals(handler.getField("SIG_IGN").get(null))) {
        log.warn(
            "SIG{} is ignored: the parent process ignores it (nohup does), and this process"
                + " inherits that; {}",
            name,
            name.equals("HUP")
                ? "to reload, write 'reload' to ctl of sysfs"
                : "another signal ends the host");
      }
      // the system lacks this signal, or the JVM runs with -Xrs
    } catch (InvocationTargetException e) {
      log.debug("signal {} cannot be handled", name, e.getCause());
    } catch (ReflectiveOperationException e) {
      log.warn("this Java has no sun.misc.Signal: signal {} cannot be handled", name, e);
    }
  }
}
