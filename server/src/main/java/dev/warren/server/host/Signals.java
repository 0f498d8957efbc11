package dev.warren.server.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears SIGTERM, SIGINT and SIGHUP. Not by shutdown hooks: those run while the JVM is already
 * ending, all at once and in no order, cannot choose the exit status, and hear nothing of SIGHUP or
 * of a second SIGTERM. {@code sun.misc.Signal} is in the module jdk.unsupported, which exists
 * because there is no replacement (JEP 260). It is called by reflection because javac warns of it
 * without a way to suppress that, and warnings are errors here.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Calls an action for each signal of these names ({@code TERM}), on a thread of its own. */
  static void handle(Map<String, Runnable> actions) {
    actions.forEach(Signals::handle);
  }

  @SuppressWarnings("ReferenceEquality") // that is what equals of a proxy means
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
            "SIG{} is ignored: whoever started this process had it so (nohup does), and it stays"
                + " so; {}",
            name,
            name.equals("HUP")
                ? "to reload, write 'reload' to ctl of sysfs"
                : "another signal ends the host");
      }
    } catch (InvocationTargetException e) { // not on this system, or -Xrs
      log.debug("signal {} cannot be heard", name, e.getCause());
    } catch (ReflectiveOperationException e) {
      log.warn("this Java has no sun.misc.Signal: signal {} cannot be heard", name, e);
    }
  }
}
