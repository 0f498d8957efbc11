package dev.warren.server.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Builds jars from source text: plugins and libraries as third parties would build them. */
public final class JarBuilder {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /**
   * Shared by all builders, because each new one would scan every jar of the class path. Also the
   * lock that guards its use.
   */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, UTF_8);

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<Path> classPath = new ArrayList<>();
  private String provider = "";
  private String frontEnd = "";
  private String apiVersion = "1";
  private String frontEndVersion = "1";
  private boolean administers;

  /** Starts with an empty jar for the contract's version 1. */
  public JarBuilder() {}

  /** Adds a class. */
  public JarBuilder source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  /** Declares the class as the jar's plugin. */
  public JarBuilder provider(String className) {
    provider = className;
    return this;
  }

  /** Declares the class as the jar's front end. */
  public JarBuilder frontEnd(String className) {
    frontEnd = className;
    return this;
  }

  /** Sets the contract's version in the manifest; an empty text omits it. */
  public JarBuilder apiVersion(String version) {
    apiVersion = version;
    return this;
  }

  /** Sets the version of the front ends' contract in the manifest. */
  public JarBuilder frontEndVersion(String version) {
    frontEndVersion = version;
    return this;
  }

  /** Requests the contract for administration in the manifest. */
  public JarBuilder administers() {
    administers = true;
    return this;
  }

  /** Adds a jar to the compiler's class path. */
  public JarBuilder with(Path jar) {
    classPath.add(jar);
    return this;
  }

  /** Compiles the sources and writes the jar. */
  public Path build(Path jar) throws IOException {
    Path classes = Files.createTempDirectory("classes");
    compile(classes);
    Files.createDirectories(jar.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!apiVersion.isEmpty()) {
      manifest.getMainAttributes().putValue("Warren-Api-Version", apiVersion);
    }
    if (!frontEnd.isEmpty() && !frontEndVersion.isEmpty()) {
      manifest.getMainAttributes().putValue("Warren-FrontEnd-Version", frontEndVersion);
    }
    if (administers) {
      manifest.getMainAttributes().putValue("Warren-Administration", "true");
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(packed, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      if (!provider.isEmpty()) {
        add(packed, "META-INF/services/dev.warren.api.Plugin", provider.getBytes(UTF_8));
      }
      if (!frontEnd.isEmpty()) {
        add(packed, "META-INF/services/dev.warren.frontend.FrontEnd", frontEnd.getBytes(UTF_8));
      }
    }
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return jar;
  }

  private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  private void compile(Path classes) throws IOException {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<Path> path = new ArrayList<>(classPath);
    Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        .map(Path::of)
        .forEach(path::add);
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-classpath",
            String.join(java.io.File.pathSeparator, path.stream().map(Path::toString).toList()),
            "-proc:none");
    List<Source> units =
        sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
    synchronized (FILES) {
      boolean ok =
          units.isEmpty()
              || COMPILER.getTask(null, FILES, diagnostics, options, null, units).call();
      if (!ok) {
        throw new IOException(diagnostics.getDiagnostics().toString());
      }
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
