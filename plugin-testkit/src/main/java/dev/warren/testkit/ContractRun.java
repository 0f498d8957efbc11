package dev.warren.testkit;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a contract from within a test, to check that it detects deliberate mistakes in a file
 * system.
 */
public final class ContractRun {
  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final Set<String> succeeded = ConcurrentHashMap.newKeySet();
  private final List<String> messages = new CopyOnWriteArrayList<>();

  private ContractRun() {}

  /** Runs all cases of a test class. */
  public static ContractRun of(Class<?> tests) {
    return of(DiscoverySelectors.selectClass(tests));
  }

  /** Runs one case of a test class, with all its parameters. */
  public static ContractRun of(Class<?> tests, String name) {
    Method method =
        Arrays.stream(tests.getMethods())
            .filter(candidate -> candidate.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no case " + name + " in " + tests));
    return of(DiscoverySelectors.selectMethod(tests, method));
  }

  private static ContractRun of(DiscoverySelector cases) {
    ContractRun run = new ContractRun();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(cases).build();
    // without the build's listeners, which would report these failures as its own
    LauncherConfig config =
        LauncherConfig.builder()
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .build();
    Launcher launcher = LauncherFactory.create(config);
    launcher.execute(request, run.new Listener());
    return run;
  }

  /** The names of the cases that failed, in order. */
  public Set<String> failed() {
    return sorted(failed);
  }

  /** The names of the cases that succeeded in all their invocations, in order. */
  public Set<String> succeeded() {
    Set<String> names = sorted(succeeded);
    names.removeAll(failed);
    return names;
  }

  /** The failure messages of all invocations. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  private static Set<String> sorted(Set<String> names) {
    Set<String> sorted = new TreeSet<>(Comparator.naturalOrder());
    sorted.addAll(names);
    return sorted;
  }

  private final class Listener implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.getSource().orElse(null) instanceof MethodSource method) {
        boolean good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        (good ? succeeded : failed).add(method.getMethodName());
        result.getThrowable().ifPresent(failure -> messages.add(failure.toString()));
      }
    }
  }
}
