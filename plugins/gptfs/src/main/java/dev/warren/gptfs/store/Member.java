package dev.warren.gptfs.store;

import dev.warren.api.database.Database;
import java.time.Duration;

/**
 * This host among those that share a database.
 *
 * @param id the id of this mount on this host; different after each start
 * @param name the name of the host, for messages and lists
 * @param version the version of the program
 * @param lease how long other hosts consider this host alive after it has renewed its lease
 * @param database the database that holds the jobs
 */
public record Member(String id, String name, String version, Duration lease, Database database) {
  /** The channel for notices of changes between the hosts. */
  static final String CHANNEL = "gptfs";
}
