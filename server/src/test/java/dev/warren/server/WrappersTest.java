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

/** An operation that is added to a file system reaches all wrappers, and is forgotten by none. */
class WrappersTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages("dev.warren");

  /** What the bases inherit on purpose: it asks an operation that they override. */
  private static final Map<Class<?>, Set<String>> INHERITED =
      Map.of(
          FileSystem.class,
              Set.of("stat(VfsPath,AttributesBuffer)", "find(VfsPath,AttributesBuffer)"),
          OpenFile.class, Set.of("stat(AttributesBuffer)"),
          OpenDirectory.class, Set.of("stat(AttributesBuffer)", "readNames(long,BytesVisitor)"));

  /** What has another one inside, and is none: most of its operations are its own. */
  private static final Set<String> OWN =
      Set.of(
          "MergedDirectory", // of a listing and mount points
          "GptfsFileSystem", // of files and jobs
          "InboxHandle", // of a file and a job
          "WaitedFile"); // of a file that comes

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
  void theBasesHandOnEveryOperation(Class<?> contract, List<Class<?>> bases) {
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
