import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Copies a jar with its old classes in the format of Java 8: java
 * server/src/build/NewerClasses.java FROM TO. Java keeps no class of a format before Java 6 in an
 * AOT cache, and takes long to verify one, as it has no stack maps. The code stays as it is. The
 * same input gives the same output, byte for byte.
 */
final class NewerClasses {
  private static final int JAVA_8 = 52;

  public static void main(String[] arguments) throws IOException {
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (JarFile jar = new JarFile(from.toFile());
        URLClassLoader types =
            new URLClassLoader(
                new URL[] {from.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        OutputStream file = Files.newOutputStream(to);
        JarOutputStream out = new JarOutputStream(file)) {
      // Stack maps are made where code is written anew: nothing may be copied as it was.
      ClassFile classFile =
          ClassFile.of(
              ConstantPoolSharingOption.NEW_POOL,
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(types)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!entry.isDirectory()) {
          put(
              out,
              entry,
              entry.getName().endsWith(".class")
                  ? newer(classFile, read(jar, entry))
                  : read(jar, entry));
        }
      }
    }
  }

  private static byte[] newer(ClassFile classFile, byte[] old) {
    var parsed = classFile.parse(old);
    if (parsed.majorVersion() >= JAVA_8) {
      return old;
    }
    byte[] result =
        classFile.transformClass(
            parsed,
            ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
                .andThen(
                    (type, element) -> {
                      if (element instanceof ClassFileVersion) {
                        type.withVersion(JAVA_8, 0);
                      } else {
                        type.with(element);
                      }
                    }));
    List<VerifyError> errors = classFile.verify(result);
    if (!errors.isEmpty()) {
      throw new IllegalStateException(errors.getFirst());
    }
    return result;
  }

  private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static void put(JarOutputStream out, JarEntry like, byte[] content) throws IOException {
    JarEntry entry = new JarEntry(like.getName());
    entry.setTime(like.getTime());
    out.putNextEntry(entry);
    out.write(content);
  }
}
