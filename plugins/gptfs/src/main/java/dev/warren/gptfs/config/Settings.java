package dev.warren.gptfs.config;

import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance's configuration, checked.
 *
 * @param dataDirectory on this host; null where another plugin stores the files
 * @param database where the jobs are kept; null for a file of the instance's own
 * @param lease how long other hosts that share the jobs believe that this one is alive
 * @param inner the plugin that stores the files
 * @param innerConfig its configuration
 * @param demo whether the stand-in gets all calls; see {@link #servedBy}
 * @param endpoints by name, the default one among them
 * @param fallbacks names of endpoints
 * @param prompt what prompts are sent with
 * @param stream whether prompts ask for a stream
 * @param partial whether a growing file shows it
 * @param workers calls at the same time
 * @param settle how long a file must stay unchanged
 * @param ignore patterns of further names that never run
 * @param fullNames whether answers always carry the whole name of their file
 * @param retry when to try again
 * @param onUnknown what becomes of calls that ran when the host died
 * @param http how calls are made
 * @param limits what is refused
 * @param keep which ended jobs are kept
 * @param durable whether a power cut loses nothing
 * @param drain how long calls may go on when the host ends
 */
public record Settings(
    @Nullable Path dataDirectory,
    @Nullable DatabaseSettings database,
    Duration lease,
    String inner,
    Map<String, Object> innerConfig,
    boolean demo,
    Map<String, Endpoint> endpoints,
    List<String> fallbacks,
    PromptSettings prompt,
    boolean stream,
    boolean partial,
    int workers,
    Duration settle,
    List<String> ignore,
    boolean fullNames,
    RetrySettings retry,
    OnUnknown onUnknown,
    HttpSettings http,
    Limits limits,
    Keep keep,
    boolean durable,
    Duration drain) {
  /** What becomes of a call whose end nobody saw. */
  public enum OnUnknown {
    /** It is made again. */
    RETRY,
    /** The job fails. */
    FAIL,
    /** The job waits for {@code retry NAME}. */
    HOLD
  }

  /**
   * The same with every call to one place: nothing leaves this host, whatever else is configured.
   *
   * @param url of the stand-in
   * @param key that it takes
   * @param model what prompts without a model ask for
   */
  public Settings servedBy(URI url, Secret key, String model) {
    Map<String, Endpoint> all = new LinkedHashMap<>();
    for (String name : endpoints.keySet()) {
      all.put(name, new Endpoint(name, url, key, null, Map.of()));
    }
    PromptSettings asked =
        prompt.model() != null
            ? prompt
            : new PromptSettings(model, prompt.system(), prompt.parameters(), prompt.endpoint());
    return new Settings(
        dataDirectory,
        database,
        lease,
        inner,
        innerConfig,
        demo,
        all,
        fallbacks,
        asked,
        stream,
        partial,
        workers,
        settle,
        ignore,
        fullNames,
        retry,
        onUnknown,
        http.direct(),
        limits,
        keep,
        durable,
        drain);
  }

  /** Whether other hosts may have the jobs and the files as well. */
  public boolean isShared() {
    return isShared(database);
  }

  static boolean isShared(@Nullable DatabaseSettings database) {
    return database != null && database.file().isEmpty();
  }

  /**
   * The directory of this host that holds everything, which no other instance may use; null if the
   * files lie where only another plugin knows.
   */
  public @Nullable Path hostDirectory() {
    Path named = dataDirectory;
    if (named == null
        && inner.equals("localfs")
        && innerConfig.get("local_dir") instanceof String d) {
      Path path = Path.of(d);
      return Files.isDirectory(path) ? path : null; // else localfs says what is wrong
    }
    return named;
  }

  /**
   * How long a service may work on a response by itself; no shorter than on one it is waited for.
   */
  public Duration longestBackground() {
    return retry.giveUpAfter().compareTo(http.call()) < 0 ? http.call() : retry.giveUpAfter();
  }

  /** An endpoint by name; the default one for a name that is gone from the configuration. */
  public Endpoint endpoint(String name) {
    Endpoint found = endpoints.getOrDefault(name, endpoints.get(Endpoint.DEFAULT));
    if (found == null) {
      throw new IllegalStateException("no default endpoint");
    }
    return found;
  }
}
