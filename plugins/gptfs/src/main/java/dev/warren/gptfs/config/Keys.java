package dev.warren.gptfs.config;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.DatabaseSettings;
import dev.warren.api.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of gptfs's configuration. Nested maps have specifications of their own. */
public final class Keys {
  private static final long FOREVER = 3_650L * 24 * 60 * 60 * 1000;

  static final ConfigKey<String> API_HOST =
      ConfigKey.string(
          "api_host", "the endpoint's full URL; required unless 'demo' takes its place");
  static final ConfigKey<Secret> API_KEY =
      ConfigKey.secret("api_key", "sent as a bearer token; required unless 'demo' takes its place");

  /** Whether a stand-in gets all calls. */
  public static final ConfigKey<String> DEMO =
      ConfigKey.choice(
              "demo",
              List.of("auto", "true", "false"),
              "whether a stand-in on loopback, which is no language model and says so, gets"
                  + " all calls; auto: if api_key is missing or empty")
          .withDefault("false");

  /** Where the instance keeps everything. */
  public static final ConfigKey<String> DATA_DIRECTORY =
      ConfigKey.string(
              "data_dir",
              "the directory on this host that holds inbox, outbox and the jobs; required"
                  + " unless 'inner' is set")
          .withAliases("mount_path");

  /** Where the jobs are. */
  public static final ConfigKey<DatabaseSettings> DATABASE =
      ConfigKey.database(
          "database",
          "where the jobs are kept, such as jdbc:sqlite:FILE, or {url: jdbc:postgresql://HOST/NAME,"
              + " user, password} for hosts that share jobs and files; by default a file in"
              + " 'data_dir'");

  static final ConfigKey<Duration> LEASE =
      ConfigKey.duration(
              "lease", "how long the other hosts consider this one alive without hearing from it")
          .withDefault("30s")
          .withRange(1_000, 600_000);

  static final ConfigKey<Long> WORKERS =
      ConfigKey.integer("workers", "calls at the same time").withDefault(3).withRange(1, 1000);
  static final ConfigKey<Long> MAX_CALLS =
      ConfigKey.integer(
              "max_calls", "calls at the same time on all hosts that share the jobs of a database")
          .withRange(1, 1_000_000);
  static final ConfigKey<String> MODEL = ConfigKey.string("model", "the model that prompts go to");
  static final ConfigKey<String> SYSTEM_PROMPT =
      ConfigKey.string("system_prompt", "put before every prompt");
  static final ConfigKey<Map<String, Object>> PARAMETERS =
      ConfigKey.map("parameters", "further members of the request made from a prompt");
  static final ConfigKey<Map<String, Object>> HEADERS =
      ConfigKey.map("headers", "further request headers");
  static final ConfigKey<Map<String, Object>> ENDPOINTS =
      ConfigKey.map("endpoints", "further endpoints by name: {api_host, api_key, model, headers}");
  static final ConfigKey<List<Object>> FALLBACKS =
      ConfigKey.list(
          "fallbacks",
          "names from 'endpoints', tried in order when the endpoint before is held or all"
              + " attempts are used up");
  static final ConfigKey<Map<String, Object>> INNER =
      ConfigKey.map("inner", "{plugin, config} in place of localfs on data_dir");
  static final ConfigKey<Duration> SETTLE =
      ConfigKey.duration("settle", "how long a finished file must stay unchanged")
          .withDefault("500ms")
          .withRange(0, 3_600_000);
  static final ConfigKey<List<Object>> IGNORE =
      ConfigKey.list("ignore", "further names of files that are never sent, such as '*.draft'");
  static final ConfigKey<String> NAMING =
      ConfigKey.choice(
              "naming",
              List.of("stem", "full"),
              "whether answers to x.txt are called x_response.txt or x.txt_response.txt")
          .withDefault("stem");
  static final ConfigKey<Boolean> STREAM =
      ConfigKey.bool("stream", "ask for a stream of tokens").withDefault(false);
  static final ConfigKey<Boolean> PARTIAL =
      ConfigKey.bool("partial", "with stream: x_partial.txt grows while tokens arrive")
          .withDefault(false);
  static final ConfigKey<Long> MAX_ATTEMPTS =
      ConfigKey.integer("max_attempts", "calls per job and endpoint")
          .withDefault(6)
          .withRange(1, 1000);
  static final ConfigKey<Long> AMBIGUOUS_RETRIES =
      ConfigKey.integer(
              "ambiguous_retries",
              "calls repeated although the one before may have been answered and billed")
          .withDefault(1)
          .withRange(0, 1000);
  static final ConfigKey<Duration> RETRY_BASE =
      ConfigKey.duration("retry_base", "the first retry's longest delay")
          .withDefault("500ms")
          .withRange(1, 3_600_000);
  static final ConfigKey<Duration> RETRY_CAP =
      ConfigKey.duration("retry_cap", "any retry's longest delay")
          .withDefault("60s")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> MAX_RETRY_AFTER =
      ConfigKey.duration("max_retry_after", "an endpoint that asks for a longer pause is held")
          .withDefault("10m")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> PROBE_INTERVAL =
      ConfigKey.duration("probe_interval", "how often a held endpoint is tried again")
          .withDefault("5m")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> GIVE_UP_AFTER =
      ConfigKey.duration(
              "give_up_after",
              "how long a job waits for an endpoint that cannot be reached or serves no job")
          .withDefault("24h")
          .withRange(0, FOREVER);
  static final ConfigKey<String> ON_UNKNOWN =
      ConfigKey.choice(
              "on_unknown",
              List.of("retry", "fail", "hold"),
              "what to do with a call that was in flight when the host died")
          .withDefault("retry");
  static final ConfigKey<Duration> CONNECT_TIMEOUT =
      ConfigKey.duration("connect_timeout", "the timeout for a connection")
          .withDefault("10s")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> READ_TIMEOUT =
      ConfigKey.duration("read_timeout", "the longest time without a byte of a response")
          .withDefault("600s")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> STREAM_IDLE_TIMEOUT =
      ConfigKey.duration("stream_idle_timeout", "the longest time without a byte of a stream")
          .withDefault("120s")
          .withRange(1, 86_400_000);
  static final ConfigKey<Duration> CALL_TIMEOUT =
      ConfigKey.duration("call_timeout", "the timeout for a whole call")
          .withDefault("900s")
          .withRange(1, 86_400_000);
  static final ConfigKey<String> PROXY =
      ConfigKey.string(
          "proxy",
          "http://host:port or socks5://host:port, for all calls; without it, HTTPS_PROXY and"
              + " similar variables are used");
  static final ConfigKey<String> CA_FILE =
      ConfigKey.string("ca_file", "PEM certificates to trust besides the system's");
  static final ConfigKey<Boolean> ALLOW_HTTP =
      ConfigKey.bool("allow_http", "allow http: to other hosts than this one").withDefault(false);
  static final ConfigKey<Long> MAX_QUEUED =
      ConfigKey.integer("max_queued", "jobs that wait or run")
          .withDefault(10_000)
          .withRange(1, 10_000_000);
  static final ConfigKey<Long> MAX_QUEUED_BYTES =
      ConfigKey.size("max_queued_bytes", "input of jobs that wait or run")
          .withDefault("1GiB")
          .withRange(1, Long.MAX_VALUE);
  static final ConfigKey<Long> MAX_REQUEST_BYTES =
      ConfigKey.size("max_request_bytes", "the limit for a file that is not a batch")
          .withDefault("8MiB")
          .withRange(1, 1L << 28);
  static final ConfigKey<Long> MAX_BATCH_BYTES =
      ConfigKey.size("max_batch_bytes", "the limit for a batch file")
          .withDefault("64MiB")
          .withRange(1, 1L << 28);
  static final ConfigKey<Long> MAX_RESPONSE_BYTES =
      ConfigKey.size("max_response_bytes", "the limit for a response")
          .withDefault("16MiB")
          .withRange(1, 1L << 28);
  static final ConfigKey<Map<String, Object>> KEEP =
      ConfigKey.map("keep", "ended jobs: {age: 7d, jobs: 10000, bytes: 1GiB}");
  static final ConfigKey<String> DURABILITY =
      ConfigKey.choice(
              "durability",
              List.of("durable", "relaxed"),
              "durable survives a power cut, relaxed only the end of the process")
          .withDefault("durable");
  static final ConfigKey<Duration> DRAIN_TIMEOUT =
      ConfigKey.duration(
              "drain_timeout",
              "how long in-flight calls may continue after shutdown begins; shutdown takes 10 s at"
                  + " most, and calls that it cuts are repeated at the next start")
          .withDefault("7s")
          .withRange(0, 3_600_000);

  /** The keys of a named endpoint, read with the keys above that have the same names and types. */
  static final ConfigSpec ENDPOINT_SPEC =
      ConfigSpec.of(
          ConfigKey.string(API_HOST.name(), "the endpoint's full URL").asRequired(),
          ConfigKey.secret(API_KEY.name(), "sent as a bearer token").asRequired(),
          ConfigKey.string(MODEL.name(), "replaces the mount's model on this endpoint"),
          ConfigKey.map(HEADERS.name(), "further request headers"));

  static final ConfigKey<Duration> KEEP_AGE =
      ConfigKey.duration("age", "how long after a job ended")
          .withDefault("7d")
          .withRange(0, FOREVER);
  static final ConfigKey<Long> KEEP_JOBS =
      ConfigKey.integer("jobs", "how many ended jobs").withDefault(10_000).withRange(0, 10_000_000);
  static final ConfigKey<Long> KEEP_BYTES =
      ConfigKey.size("bytes", "how many bytes of answers").withDefault("1GiB");

  /** Which ended jobs are kept. */
  static final ConfigSpec KEEP_SPEC = ConfigSpec.of(KEEP_AGE, KEEP_JOBS, KEEP_BYTES);

  static final ConfigKey<String> INNER_PLUGIN =
      ConfigKey.string("plugin", "the plugin's name").asRequired();
  static final ConfigKey<Map<String, Object>> INNER_CONFIG =
      ConfigKey.map("config", "its configuration");

  /** The plugin that stores the files instead of localfs. */
  static final ConfigSpec INNER_SPEC = ConfigSpec.of(INNER_PLUGIN, INNER_CONFIG);

  /** All keys of an instance. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          API_HOST,
          API_KEY,
          DEMO,
          DATA_DIRECTORY,
          DATABASE,
          LEASE,
          WORKERS,
          MAX_CALLS,
          MODEL,
          SYSTEM_PROMPT,
          PARAMETERS,
          HEADERS,
          ENDPOINTS,
          FALLBACKS,
          INNER,
          SETTLE,
          IGNORE,
          NAMING,
          STREAM,
          PARTIAL,
          MAX_ATTEMPTS,
          AMBIGUOUS_RETRIES,
          RETRY_BASE,
          RETRY_CAP,
          MAX_RETRY_AFTER,
          PROBE_INTERVAL,
          GIVE_UP_AFTER,
          ON_UNKNOWN,
          CONNECT_TIMEOUT,
          READ_TIMEOUT,
          STREAM_IDLE_TIMEOUT,
          CALL_TIMEOUT,
          PROXY,
          CA_FILE,
          ALLOW_HTTP,
          MAX_QUEUED,
          MAX_QUEUED_BYTES,
          MAX_REQUEST_BYTES,
          MAX_BATCH_BYTES,
          MAX_RESPONSE_BYTES,
          KEEP,
          DURABILITY,
          DRAIN_TIMEOUT);

  private Keys() {}
}
