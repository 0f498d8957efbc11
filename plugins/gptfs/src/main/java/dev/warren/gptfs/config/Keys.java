package dev.warren.gptfs.config;

import dev.warren.api.config.ConfigKey;
import dev.warren.api.config.ConfigSpec;
import dev.warren.api.config.ConfigType;
import java.util.List;

/** The keys of gptfs's configuration. Nested maps have specifications of their own. */
public final class Keys {
  private static final long FOREVER = 3_650L * 24 * 60 * 60 * 1000;

  /** One named endpoint. */
  static final ConfigSpec ENDPOINT =
      ConfigSpec.of(
          ConfigKey.of("api_host", ConfigType.STRING, "the endpoint's full URL").asRequired(),
          ConfigKey.of("api_key", ConfigType.SECRET, "sent as a bearer token").asRequired(),
          ConfigKey.of("model", ConfigType.STRING, "replaces the mount's model on this endpoint"),
          ConfigKey.of("headers", ConfigType.MAP, "further request headers"));

  /** What finished jobs are kept. */
  static final ConfigSpec KEEP =
      ConfigSpec.of(
          ConfigKey.of("age", ConfigType.DURATION, "how long after a job ended")
              .withDefault("7d")
              .withRange(0, FOREVER),
          ConfigKey.of("jobs", ConfigType.INTEGER, "how many ended jobs")
              .withDefault(10_000)
              .withRange(0, 10_000_000),
          ConfigKey.of("bytes", ConfigType.SIZE, "how many bytes of answers").withDefault("1GiB"));

  /** Another plugin in localfs's place. */
  static final ConfigSpec INNER =
      ConfigSpec.of(
          ConfigKey.of("plugin", ConfigType.STRING, "the plugin's name").asRequired(),
          ConfigKey.of("config", ConfigType.MAP, "its configuration"));

  /** Whether a stand-in gets all calls. */
  public static final String DEMO = "demo";

  /** Where the instance keeps everything. */
  public static final String DATA_DIRECTORY = "data_dir";

  /** All keys of an instance. */
  public static final ConfigSpec SPEC =
      ConfigSpec.of(
          ConfigKey.of(
              "api_host",
              ConfigType.STRING,
              "the endpoint's full URL; required unless 'demo' takes its place"),
          ConfigKey.of(
              "api_key",
              ConfigType.SECRET,
              "sent as a bearer token; required unless 'demo' takes its place"),
          ConfigKey.choice(
                  DEMO,
                  List.of("auto", "true", "false"),
                  "whether a stand-in on loopback, which is no language model and says so, gets"
                      + " all calls; auto: if api_key is missing or empty")
              .withDefault("false"),
          ConfigKey.of(
                  DATA_DIRECTORY,
                  ConfigType.STRING,
                  "the directory on this host that holds inbox, outbox and journal; required"
                      + " unless 'inner' is there")
              .withAliases("mount_path"),
          ConfigKey.of("workers", ConfigType.INTEGER, "calls at the same time")
              .withDefault(3)
              .withRange(1, 1000),
          ConfigKey.of("model", ConfigType.STRING, "the model that prompts go to"),
          ConfigKey.of("system_prompt", ConfigType.STRING, "put before every prompt"),
          ConfigKey.of(
              "parameters", ConfigType.MAP, "further members of the request made from a prompt"),
          ConfigKey.of("headers", ConfigType.MAP, "further request headers"),
          ConfigKey.of(
              "endpoints",
              ConfigType.MAP,
              "further endpoints by name: {api_host, api_key, model, headers}"),
          ConfigKey.of(
              "fallbacks",
              ConfigType.LIST,
              "names from 'endpoints', tried in order when the endpoint before is held or all"
                  + " attempts are used up"),
          ConfigKey.of("inner", ConfigType.MAP, "{plugin, config} in place of localfs on data_dir"),
          ConfigKey.of(
                  "settle", ConfigType.DURATION, "how long a finished file must stay unchanged")
              .withDefault("500ms")
              .withRange(0, 3_600_000),
          ConfigKey.of(
              "ignore", ConfigType.LIST, "further names that never run, such as '*.draft'"),
          ConfigKey.choice(
                  "naming",
                  List.of("stem", "full"),
                  "whether answers to x.txt are called x_response.txt or x.txt_response.txt")
              .withDefault("stem"),
          ConfigKey.of("stream", ConfigType.BOOLEAN, "ask for a stream of tokens")
              .withDefault(false),
          ConfigKey.of(
                  "partial", ConfigType.BOOLEAN, "with stream: let x_partial.txt grow meanwhile")
              .withDefault(false),
          ConfigKey.of("max_attempts", ConfigType.INTEGER, "calls per job and endpoint")
              .withDefault(6)
              .withRange(1, 1000),
          ConfigKey.of(
                  "ambiguous_retries",
                  ConfigType.INTEGER,
                  "calls repeated although the one before may have been answered and billed")
              .withDefault(1)
              .withRange(0, 1000),
          ConfigKey.of("retry_base", ConfigType.DURATION, "the first retry's longest delay")
              .withDefault("500ms")
              .withRange(1, 3_600_000),
          ConfigKey.of("retry_cap", ConfigType.DURATION, "any retry's longest delay")
              .withDefault("60s")
              .withRange(1, 86_400_000),
          ConfigKey.of(
                  "max_retry_after",
                  ConfigType.DURATION,
                  "an endpoint that asks for a longer pause is held")
              .withDefault("10m")
              .withRange(1, 86_400_000),
          ConfigKey.of(
                  "probe_interval", ConfigType.DURATION, "how often a held endpoint is tried again")
              .withDefault("5m")
              .withRange(1, 86_400_000),
          ConfigKey.choice(
                  "on_unknown",
                  List.of("retry", "fail", "hold"),
                  "what becomes of a call that was running when the host died")
              .withDefault("retry"),
          ConfigKey.of("connect_timeout", ConfigType.DURATION, "for a connection")
              .withDefault("10s")
              .withRange(1, 86_400_000),
          ConfigKey.of("read_timeout", ConfigType.DURATION, "without a byte of an answer")
              .withDefault("600s")
              .withRange(1, 86_400_000),
          ConfigKey.of("stream_idle_timeout", ConfigType.DURATION, "without a byte of a stream")
              .withDefault("120s")
              .withRange(1, 86_400_000),
          ConfigKey.of("call_timeout", ConfigType.DURATION, "for a whole call")
              .withDefault("900s")
              .withRange(1, 86_400_000),
          ConfigKey.of(
              "proxy", ConfigType.STRING, "http://host:port or socks5://host:port, for all calls"),
          ConfigKey.of(
              "ca_file", ConfigType.STRING, "PEM certificates to trust besides the system's"),
          ConfigKey.of("allow_http", ConfigType.BOOLEAN, "allow http: to other hosts than this one")
              .withDefault(false),
          ConfigKey.of("max_queued", ConfigType.INTEGER, "jobs that wait or run")
              .withDefault(10_000)
              .withRange(1, 10_000_000),
          ConfigKey.of("max_queued_bytes", ConfigType.SIZE, "input of jobs that wait or run")
              .withDefault("1GiB")
              .withRange(1, Long.MAX_VALUE),
          ConfigKey.of("max_request_bytes", ConfigType.SIZE, "of one file, batches apart")
              .withDefault("8MiB")
              .withRange(1, 1L << 28),
          ConfigKey.of("max_batch_bytes", ConfigType.SIZE, "of one batch file")
              .withDefault("64MiB")
              .withRange(1, 1L << 28),
          ConfigKey.of("max_response_bytes", ConfigType.SIZE, "of one answer")
              .withDefault("16MiB")
              .withRange(1, 1L << 28),
          ConfigKey.of("keep", ConfigType.MAP, "ended jobs: {age: 7d, jobs: 10000, bytes: 1GiB}"),
          ConfigKey.choice(
                  "durability",
                  List.of("durable", "relaxed"),
                  "durable survives a power cut, relaxed only the end of the process")
              .withDefault("durable"),
          ConfigKey.of(
                  "drain_timeout",
                  ConfigType.DURATION,
                  "for calls that run when the host ends; the host waits 10 s for the whole end,"
                      + " and what is cut then is called again at the next start")
              .withDefault("7s")
              .withRange(0, 3_600_000));

  private Keys() {}
}
