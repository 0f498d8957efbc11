package org.example.clockfs;

import dev.warren.api.Errno;
import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.Plugin;
import dev.warren.api.PluginContext;
import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.synthetic.SyntheticDirectory;
import dev.warren.api.synthetic.SyntheticFile;
import dev.warren.api.synthetic.SyntheticFileSystem;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicReference;

/** The time as a file: {@code cat now}, {@code echo Asia/Tokyo > zone}. */
public final class ClockPlugin implements Plugin {
  private static final ConfigKey<String> ZONE =
      ConfigKey.string("zone", "the initial time zone").withDefault("UTC");

  @Override
  public String name() {
    return "clockfs";
  }

  @Override
  public ConfigSpec configSpec() {
    return ConfigSpec.of(ZONE);
  }

  @Override
  public String readme() {
    return "# clockfs\n\nThe time as a file: `cat now`, `echo Asia/Tokyo > zone`.\n";
  }

  @Override
  public FileSystem open(PluginContext context, Config config) throws FsException {
    AtomicReference<ZoneId> zone = new AtomicReference<>(zone(config.get(ZONE)));
    return new SyntheticFileSystem(
        SyntheticDirectory.fixed()
            .with("now", SyntheticFile.text(() -> ZonedDateTime.now(zone.get()) + "\n"))
            .with(
                "zone",
                SyntheticFile.text(() -> zone.get() + "\n")
                    .writtenAs(SyntheticFile.command(line -> zone.set(zone(line))))),
        context.memory());
  }

  private static ZoneId zone(String name) throws FsException {
    try {
      return ZoneId.of(name.strip());
    } catch (DateTimeException e) {
      throw new FsException(Errno.EINVAL, "no time zone '" + name + "'");
    }
  }
}
