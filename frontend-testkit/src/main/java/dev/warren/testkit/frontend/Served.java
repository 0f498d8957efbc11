package dev.warren.testkit.frontend;

import dev.warren.api.FileSystem;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.RunningFrontEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file system that is served for all cases of a class. */
final class Served implements AutoCloseable {
  private final FrontEndHost host;
  private final RunningFrontEnd server;

  /** A front end's section. */
  @FunctionalInterface
  interface Section {
    /** Returns the section, in the form that the YAML would be parsed to. */
    Map<String, Object> in(Path emptyDirectory) throws Exception;
  }

  Served(FrontEnd frontEnd, Section section, FileSystem files, Path directory) throws Exception {
    host = new FrontEndHost(Files.createDirectory(directory.resolve("state"))).mount("/", files);
    try {
      Path named = Files.createDirectory(directory.resolve("named"));
      server = host.start(frontEnd, section.in(named));
    } catch (Exception e) {
      host.close();
      throw e;
    }
  }

  RunningFrontEnd server() {
    return server;
  }

  @Override
  public void close() {
    host.close();
  }
}
