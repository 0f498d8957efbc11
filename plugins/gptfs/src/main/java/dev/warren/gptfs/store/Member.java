package dev.warren.gptfs.store;

import dev.warren.api.database.Database;
import java.time.Duration;

/**
 * This host among those that share a database.
 *
 * @param id of this instance, different at each start
 * @param name for people
 * @param version of the program
 * @param lease how long the others believe that this host is alive without hearing from it
 * @param database where the jobs are
 */
public record Member(String id, String name, String version, Duration lease, Database database) {
  /** The channel on which hosts tell each other what has changed. */
  static final String CHANNEL = "gptfs";
}
