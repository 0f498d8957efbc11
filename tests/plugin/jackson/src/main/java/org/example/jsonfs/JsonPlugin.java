package org.example.jsonfs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;

/** A JSON file, written by an old Jackson, that contains Jackson's version. */
public final class JsonPlugin implements Plugin {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  record Told(@JsonProperty("jackson") String version) {}

  @Override
  public String name() {
    return "jsonfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of();
  }

  @Override
  public String readme() {
    return "# jsonfs\n\nThe version of Jackson, as JSON.\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) {
    return new SyntheticFileSystem(
        SyntheticDirectory.fixed().with("jackson.json", SyntheticFile.text(JsonPlugin::json)),
        context.memory());
  }

  private static String json() throws FsException {
    try {
      return MAPPER.writeValueAsString(new Told(MAPPER.version().toString())) + "\n";
    } catch (JsonProcessingException e) {
      throw new FsException(Errno.EIO, e.getMessage());
    }
  }
}
