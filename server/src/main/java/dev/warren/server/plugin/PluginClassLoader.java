package dev.warren.server.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin or front end. Of the host's classes it sees only the contract,
 * SLF4J, JSpecify and the additional contracts that its jars request. All other libraries come from
 * its own jars, whatever the host contains in whatever version. Its parent is the platform class
 * loader.
 */
final class PluginClassLoader extends URLClassLoader {
  /**
   * Packages, including their subpackages, that always come from the host, even if the plugin's
   * jars contain them too.
   */
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
   * @param host the class loader of the host's own classes
   * @param further the packages of the host that the plugin sees in addition
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
