import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * Copies a jar without its signature: java build/Unsign.java FROM TO. Java keeps no class of a
 * signed jar in an AOT cache, and checks each one's digest when it is loaded. The same input gives
 * the same output, byte for byte.
 */
final class Unsign {
  public static void main(String[] arguments) throws IOException {
    Path to = Path.of(arguments[1]);
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (JarFile from = new JarFile(arguments[0]);
        OutputStream file = Files.newOutputStream(to);
        JarOutputStream out = new JarOutputStream(file)) {
      long time = from.getEntry(JarFile.MANIFEST_NAME).getTime();
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().putAll(from.getManifest().getMainAttributes());
      put(out, JarFile.MANIFEST_NAME, time);
      manifest.write(out); // without the sections of digests
      List<JarEntry> entries = Collections.list(from.entries());
      for (JarEntry entry : entries) {
        if (!entry.isDirectory() && !isSignature(entry.getName())) {
          put(out, entry.getName(), entry.getTime());
          try (InputStream in = from.getInputStream(entry)) {
            in.transferTo(out);
          }
        }
      }
    }
  }

  private static void put(JarOutputStream out, String name, long time) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(time);
    out.putNextEntry(entry);
  }

  private static boolean isSignature(String name) {
    return name.equals(JarFile.MANIFEST_NAME) || name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }
}
