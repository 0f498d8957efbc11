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
 * @param dataDirectory the data directory on this host; null where another plugin stores the files
 * @param database where the jobs are kept; null for a file of the instance's own
 * @param lease how long other hosts consider this one alive without hearing from it
 * @param inner the plugin that stores the files
 * @param innerConfig its configuration
 * @param demo whether the stand-in gets all calls; see {@link #servedBy}
 * @param endpoints the endpoints by name, including the default one
 * @param fallbacks names of endpoints
 * @param prompt what prompts are sent with
 * @param stream whether requests made from prompts ask for a stream
 * @param partial whether a growing file shows the stream
 * @param workers the limit of concurrent calls
 * @param maxCalls the limit of concurrent calls on all hosts that share the jobs; null if each
 *     makes as many as it has workers
 * @param settle how long a finished file must stay unchanged
 * @param ignore patterns of further names that are never sent
 * @param fullNames whether answers always have the whole name of their file
 * @param retry when to try again
 * @param onUnknown what happens to calls that were in flight when the host died
 * @param http how calls are made
 * @param limits beyond which files are refused
 * @param keep which ended jobs are kept
 * @param durable whether a power cut loses nothing
 * @param drain how long in-flight calls may continue after shutdown begins
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
    @Nullable Integer maxCalls,
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
  /** What happens to a call whose result is unknown. */
  public enum OnUnknown {
    /** The call is repeated. */
    RETRY,
    /** The job fails. */
    FAIL,
    /** The job waits for {@code retry NAME}. */
    HOLD
  }

  /**
   * The same settings with every call to the stand-in, so that nothing leaves this host.
   *
   * @param url the url of the stand-in
   * @param key the key that the stand-in accepts
   * @param model the model for prompts if none is configured
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
        maxCalls,
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

  /** Whether other hosts may share the jobs and the files. */
  public boolean isShared() {
    return isShared(database);
  }

  static boolean isShared(@Nullable DatabaseSettings database) {
    return database != null && database.file().isEmpty();
  }

  /**
   * The directory of this host that holds everything, which no other instance may use; null if
   * another plugin decides where the files are.
   */
  public @Nullable Path hostDirectory() {
    Path named = dataDirectory;
    if (named == null
        && inner.equals("localfs")
        && innerConfig.get("local_dir") instanceof String d) {
      Path path = Path.of(d);
      return Files.isDirectory(path) ? path : null; // otherwise localfs reports the error
    }
    return named;
  }

  /** How long a service may work on a response in the background; at least the call timeout. */
  public Duration longestBackground() {
    return retry.giveUpAfter().compareTo(http.call()) < 0 ? http.call() : retry.giveUpAfter();
  }

  /** An endpoint by name; the default one if the configuration does not have that name any more. */
  public Endpoint endpoint(String name) {
    Endpoint found = endpoints.getOrDefault(name, endpoints.get(Endpoint.DEFAULT));
    if (found == null) {
      throw new IllegalStateException("no default endpoint");
    }
    return found;
  }
}
