package dev.warren.sftp;

import dev.warren.api.FileSystem;
import dev.warren.memfs.MemoryFileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The contract over memfs: nothing is lost but what version 3 cannot say. */
@Tag("slow")
class MemfsOverSftpTest extends RemoteContract {
  @Override
  FileSystem open(Path directory) {
    return new MemoryFileSystem();
  }
}
