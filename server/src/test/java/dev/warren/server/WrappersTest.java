package dev.warren.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.warren.api.FileSystem;
import dev.warren.api.Forwarding;
import dev.warren.api.ForwardingFileSystem;
import dev.warren.api.ForwardingOpenDirectory;
import dev.warren.api.ForwardingOpenFile;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.UniformFileSystem;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrapper of a file system must delegate every operation, including those added later. */
class WrappersTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages("dev.warren");

  /**
   * Operations that the bases inherit on purpose: the default calls an operation that they
   * override.
   */
  private static final Map<Class<?>, Set<String>> INHERITED =
      Map.of(
          FileSystem.class,
              Set.of("stat(VfsPath,AttributesBuffer)", "find(VfsPath,AttributesBuffer)"),
          OpenFile.class, Set.of("stat(AttributesBuffer)"),
          OpenDirectory.class, Set.of("stat(AttributesBuffer)", "readNames(long,BytesVisitor)"));

  /**
   * Classes that contain another object of their interface without being wrappers: they implement
   * most operations themselves.
   */
  private static final Set<String> OWN =
      Set.of(
          "MergedDirectory", // contains a listing and mount points
          "GptfsFileSystem", // contains files and jobs
          "InboxHandle", // contains a file and a job
          "WaitedFile"); // contains a file that does not exist yet

  static Stream<Arguments> bases() {
    return Stream.of(
        Arguments.of(
            FileSystem.class, List.of(ForwardingFileSystem.class, UniformFileSystem.class)),
        Arguments.of(OpenFile.class, List.of(ForwardingOpenFile.class, Forwarding.class)),
        Arguments.of(
            OpenDirectory.class, List.of(ForwardingOpenDirectory.class, Forwarding.class)));
  }

  @ParameterizedTest
  @MethodSource("bases")
  void theBaseClassesForwardEveryOperation(Class<?> contract, List<Class<?>> bases) {
    Set<String> missing = new TreeSet<>();
    for (Method operation : contract.getDeclaredMethods()) {
      boolean inherits =
          !Modifier.isStatic(operation.getModifiers())
              && bases.stream().noneMatch(base -> declares(base, operation));
      if (inherits && !operation.isSynthetic()) {
        missing.add(signature(operation));
      }
    }
    assertThat(missing).isEqualTo(new TreeSet<>(INHERITED.get(contract)));
  }

  private static boolean declares(Class<?> base, Method operation) {
    return Arrays.stream(base.getDeclaredMethods())
        .anyMatch(
            method ->
                method.getName().equals(operation.getName())
                    && Arrays.equals(method.getParameterTypes(), operation.getParameterTypes()));
  }

  private static String signature(Method method) {
    return Stream.of(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(java.util.stream.Collectors.joining(",", method.getName() + "(", ")"));
  }

  @ParameterizedTest
  @MethodSource("bases")
  void wrappersExtendABase(Class<?> contract, List<Class<?>> bases) {
    Set<String> written = new TreeSet<>();
    for (JavaClass type : ALL) {
      boolean wraps =
          type.getRawInterfaces().stream().anyMatch(i -> i.isEquivalentTo(contract))
              && type.getConstructors().stream()
                  .flatMap(constructor -> constructor.getRawParameterTypes().stream())
                  .anyMatch(given -> given.isEquivalentTo(contract));
      boolean isBase = bases.stream().anyMatch(type::isEquivalentTo);
      if (wraps && !isBase && !OWN.contains(type.getSimpleName())) {
        written.add(type.getName());
      }
    }
    assertThat(written).isEmpty();
  }
}
