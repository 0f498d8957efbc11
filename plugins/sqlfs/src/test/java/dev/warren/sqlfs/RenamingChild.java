package dev.warren.sqlfs;

import static dev.warren.testkit.TestFiles.path;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warren.api.FileSystem;
import dev.warren.api.VfsPath;
import dev.warren.testkit.TestContext;
import dev.warren.testkit.TestFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A host in a process of its own that renames files and directories until it is killed, and prints
 * a line for each rename that has ended. Several threads rename at the same time, so that
 * transactions contain several renames.
 */
final class RenamingChild implements AutoCloseable {
  /** The number of threads, each of which renames its own files. */
  static final int THREADS = 6;

  private final FileSystem fs;

  /** Not buffered, so that each line is written by one system call, or not at all. */
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  private RenamingChild(FileSystem fs) {
    this.fs = fs;
  }

  /** The arguments: a directory and the database's URL. */
  public static void main(String[] arguments) throws Exception {
    try (TestContext context = TestContext.in(Path.of(arguments[0]));
        FileSystem fs =
            TestHost.open(context, TestHost.at(arguments[1]), TestHost.settings(System::nanoTime));
        RenamingChild child = new RenamingChild(fs)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(Thread.startVirtualThread(() -> child.rename(number)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** Creates the files and directories that the child renames. */
  static void prepare(FileSystem fs) throws IOException {
    fs.mkdir(path("/a"), 0755);
    fs.mkdir(path("/b"), 0755);
    for (int i = 0; i < THREADS; i++) {
      TestFiles.write(fs, after("file-" + i, 0), "file " + i);
      VfsPath moved = after("dir-" + i, 0);
      fs.mkdir(moved, 0755);
      TestFiles.write(fs, moved.resolve("in"), "in " + i);
      TestFiles.write(fs, path("/kept-" + i), "0");
    }
  }

  /** The path, after a number of renames, of the file that had the given name at first. */
  static VfsPath after(String name, int renames) {
    return path("%s/%s.%d".formatted(renames % 2 == 0 ? "/a" : "/b", name, renames));
  }

  private void rename(int number) {
    String file = "file-" + number;
    String directory = "dir-" + number;
    String kept = "kept-" + number;
    try {
      for (int n = 1; ; n++) {
        for (String name : List.of(file, directory)) {
          fs.rename(after(name, n - 1), after(name, n), false);
          say(name, n);
        }
        TestFiles.write(fs, path("/new-" + number), String.valueOf(n));
        fs.rename(path("/new-" + number), path("/" + kept), true);
        say(kept, n);
      }
    } catch (IOException e) {
      e.printStackTrace(System.err);
      Runtime.getRuntime().halt(1);
    }
  }

  private void say(String name, int renames) throws IOException {
    out.write("%s %d%n".formatted(name, renames).getBytes(US_ASCII));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
