package dev.warren.server.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One plugin's or front end's classes. From the host it sees the contract, SLF4J and JSpecify, what
 * further contracts its jars ask for, and nothing else: whatever libraries the host has, in
 * whatever version, its own are used. Its parent is the platform's loader.
 */
final class PluginClassLoader extends URLClassLoader {
  /** Packages, with all below, that are the host's even if the plugin's jars have them too. */
  private static final List<String> FROM_HOST =
      List.of("dev.warren.api.", "org.slf4j.", "org.jspecify.");

  static {
    ClassLoader.registerAsParallelCapable();
  }

  /** The contract for administration. */
  static final String ADMINISTRATION = "dev.warren.admin.";

  /** The contract of front ends. */
  static final String FRONT_END = "dev.warren.frontend.";

  private final ClassLoader host;
  private final Set<String> further;

  /**
   * @param host where the host's own classes are
   * @param further packages of the host's that it sees besides
   */
  PluginClassLoader(String name, URL[] jars, ClassLoader host, Set<String> further) {
    super(name, jars, ClassLoader.getPlatformClassLoader());
    this.host = host;
    this.further = Set.copyOf(further);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (isFromHost(name)) {
      return host.loadClass(name);
    }
    return super.loadClass(name, resolve);
  }

  @Override
  public @Nullable URL getResource(String name) {
    return isFromHost(name.replace('/', '.')) ? host.getResource(name) : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return isFromHost(name.replace('/', '.')) ? host.getResources(name) : super.getResources(name);
  }

  private boolean isFromHost(String name) {
    return FROM_HOST.stream().anyMatch(name::startsWith)
        || further.stream().anyMatch(name::startsWith);
  }
}
