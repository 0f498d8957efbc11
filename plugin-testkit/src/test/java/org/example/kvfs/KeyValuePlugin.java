package org.example.kvfs;

import dev.warren.api.FileSystem;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.DirectoryContent;
import dev.warren.api.synthetic.MemoryContent;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keys as files: {@code echo 1 > a}, {@code mv a b}, {@code cat b}, {@code rm b}. */
public final class KeyValuePlugin implements Plugin {
  @Override
  public String name() {
    return "kvfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of();
  }

  @Override
  public String readme() {
    return "# kvfs\n\nKeys as files: `echo 1 > a`, `mv a b`, `cat b`, `rm b`.\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    return new SyntheticFileSystem(SyntheticDirectory.of(new Keys()), context.memory());
  }

  private static final class Keys implements DirectoryContent {
    private final Map<String, SyntheticFile> files = new ConcurrentSkipListMap<>();

    @Override
    public Map<String, SyntheticFile> entries() {
      return files;
    }

    @Override
    public SyntheticFile createFile(String name, int permissions) {
      SyntheticFile file = SyntheticFile.stored(new MemoryContent());
      files.put(name, file);
      return file;
    }

    @Override
    public void removeFile(String name) {
      files.remove(name);
    }

    @Override
    public void rename(String from, String to) {
      files.put(to, files.get(from));
      files.remove(from);
    }
  }
}
