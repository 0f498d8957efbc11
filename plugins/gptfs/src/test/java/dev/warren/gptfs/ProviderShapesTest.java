package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.config.Secret;
import dev.warren.gptfs.config.Endpoint;
import dev.warren.memfs.MemoryFileSystem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.Deflater;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses in the shapes of various services, and the result for the user. */
class ProviderShapesTest {
  private static final String CHOICE = "{\"choices\":[{\"index\":0,\"finish_reason\":";

  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    config = Mount.config(model.url());
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void ask() throws Exception {
    open();
    mount.put("inbox/p.txt", "hi");
  }

  private void reply(String body) throws Exception {
    model.answers(request -> FakeModel.json(200, body));
    ask();
  }

  private void failed(String kind, String text, int calls) throws Exception {
    mount.awaitState("p", "failed");
    assertThat(mount.status("p").at("/error/class").asString()).isEqualTo(kind);
    assertThat(mount.status("p").at("/error/message").asString()).contains(text);
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
    assertThat(model.calls()).isEqualTo(calls);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // gpt-oss on vLLM, LM Studio: the reasoning is not part of the answer
        "{\"output\":[{\"type\":\"reasoning\",\"content\":[{\"type\":\"reasoning_text\","
            + "\"text\":\"hm\"}]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\","
            + "\"text\":\"yes\"}]}],\"status\":\"completed\"}",
        // Mistral's Magistral
        "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":"
            + "[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"yes\"}]}}]}",
        // DeepSeek, vLLM, SGLang
        "{\"choices\":[{\"message\":{\"reasoning_content\":\"hm\",\"content\":\"yes\"}}]}",
        // choices in another order
        "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"no\"}},"
            + "{\"index\":0,\"message\":{\"content\":\"yes\"}}]}",
        // an empty error beside a good answer
        "{\"error\":{},\"choices\":[{\"message\":{\"content\":\"yes\"}}]}",
        "{\"error\":\"\",\"choices\":[{\"message\":{\"content\":\"yes\"}}]}",
        // Ollama, llama.cpp
        "{\"timings\":{\"x\":1},\"done_reason\":\"stop\",\"choices\":[{\"message\":"
            + "{\"content\":\"yes\",\"thinking\":\"hm\"}}]}",
        // not strictly JSON
        "{\"usage\":{\"cost\":NaN},\"choices\":[{\"message\":{\"content\":\"yes\"}}]}",
        "\uFEFF{\"choices\":[{\"message\":{\"content\":\"yes\"}}]}",
        // blank lines that keep the connection alive
        "\n\n\n{\"choices\":[{\"message\":{\"content\":\"yes\"}}]}",
      })
  void theAnswerIsFound(String body) throws Exception {
    reply(body);
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void controlCharactersAndZerosDoNotSpoilAnAnswer() throws Exception {
    reply("{\"choices\":[{\"message\":{\"content\":\"a\nb\tc\"}}]}\0\0\0");
    assertThat(mount.read("wait/p")).isEqualTo("a\nb\tc");
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void halfACharacterDoesNotSpoilAnAnswer() throws Exception {
    String call = "{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"\\ud83d\"}}";
    reply(
        CHOICE + "\"tool_calls\",\"message\":{\"content\":null,\"tool_calls\":[" + call + "]}}]}");
    assertThat(mount.read("wait/p")).contains("\"name\":\"f\"");
  }

  @ParameterizedTest
  @CsvSource({"deflate", "br"})
  void aCompressionThatWasNotRequestedCostsNoSecondCall(String encoding) throws Exception {
    byte[] packed = new byte[1000];
    Deflater deflater = new Deflater();
    deflater.setInput(FakeModel.completion("yes").getBytes(StandardCharsets.UTF_8));
    deflater.finish();
    int length = deflater.deflate(packed);
    deflater.end();
    model.answers(
        body ->
            new MockResponse.Builder()
                .addHeader("Content-Encoding", encoding)
                .body(new Buffer().write(packed, 0, length))
                .build());
    ask();
    if (encoding.equals("deflate")) {
      assertThat(mount.read("wait/p")).isEqualTo("yes");
    } else {
      failed("unreadable_answer", "cannot be read", 1);
      assertThat(mount.exists("outbox/p_response.json")).isTrue();
    }
    assertThat(model.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[]}|no choices",
        "{\"choices\":null}|no choices",
        "{\"id\":\"x\"}|no choices",
        "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"\"}}]}|no text",
        "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"\"}}]}|token limit",
        "{\"output\":[],\"status\":\"incomplete\"}|token limit",
        "{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{}}]}|filter",
        "{\"choices\":[{\"a\":1 \"b\"}]}|cannot be read"
      })
  void aMissingAnswerIsAFailureAndTheResponseIsKept(String body, String text) throws Exception {
    reply(body);
    failed(text.equals("cannot be read") ? "unreadable_answer" : "no_answer", text, 1);
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(body);
    model.answers(FakeModel::echo);
    mount.put("inbox/p.txt", "hi");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHOICE + "\"error\",\"message\":{\"content\":\"half\"}}]}",
        CHOICE + "\"insufficient_system_resource\",\"message\":{\"content\":\"half\"}}]}",
        CHOICE + "\"stop\",\"error\":{\"message\":\"gone\"},\"message\":{\"content\":\"half\"}}]}"
      })
  void anAnswerThatTheServiceBrokeOffIsRetried(String body) throws Exception {
    reply(body);
    failed("broken_off", "broke the answer off", 2);
    assertThat(mount.status("p").path("possible_duplicate").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "model_length", "MAX_TOKENS", "max_tokens"})
  void anAnswerThatWasCutSaysSo(String reason) throws Exception {
    reply(CHOICE + "\"" + reason + "\",\"message\":{\"content\":\"half\"}}]}");
    assertThat(mount.read("wait/p")).isEqualTo("half");
    assertThat(mount.status("p").path("message").asString()).contains("cut at the token limit");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
            + "\"Your credit balance is too low to access the API\"}}|credit balance",
        "[{\"error\":{\"code\":400,\"message\":\"API key not valid\",\"status\":"
            + "\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]|key not valid"
      })
  void accountsThatAreRefusedWithA400AreHeld(String body, String text) throws Exception {
    model.answers(request -> FakeModel.json(400, body));
    ask();
    mount.awaitState("p", "held");
    assertThat(mount.status("p").at("/error/message").asString()).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // vLLM
        "{\"object\":\"error\",\"message\":\"too long\",\"type\":\"BadRequestError\",\"code\":400}"
            + "|HTTP 400: too long",
        // FastAPI
        "{\"detail\":\"Not here\"}|HTTP 400: Not here",
        "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"field required\"}]}"
            + "|HTTP 400: body.model: field required",
        // Mistral
        "{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"bad\"}]}}"
            + "|HTTP 400: body: bad",
        // Gemini
        "[{\"error\":{\"code\":400,\"message\":\"no such field\"}}]|HTTP 400: no such field",
        // OpenRouter
        "{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":"
            + "\"{\\\"error\\\":{\\\"message\\\":\\\"context too long\\\"}}\"}}}"
            + "|HTTP 400: Provider returned error: context too long",
        // Ollama
        "{\"error\":\"model 'x' not found\"}|HTTP 400: model 'x' not found",
        // nginx, Cloudflare
        "<html><head><title>400 Bad Request</title><style>a{b}</style></head><body>nginx</body>"
            + "|HTTP 400: 400 Bad Request nginx",
        "plain words|HTTP 400: plain words"
      })
  void theServicesMessageReachesTheUser(String body, String text) throws Exception {
    model.answers(request -> FakeModel.json(400, body));
    ask();
    failed("rejected", text, 1);
  }

  @Test
  void aRedirectSaysWhereItPoints() throws Exception {
    model.answers(body -> FakeModel.json(307, "", "Location", "https://other.example/v1"));
    ask();
    failed("rejected", "https://other.example/v1", 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:"
            + " {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"yes\"}]}}]}\n\n",
        "\uFEFFdata: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\r\r",
        ": OPENROUTER PROCESSING\r\rdata: null\r\r"
            + "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\r\n\r\n",
        "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":"
            + "[{\"text\":\"hm\"}]}]}}]}\n\n"
            + "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\n\n"
      })
  void streamsAreReadAsTheyArrive(String events) throws Exception {
    config.put("stream", true);
    String end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\r";
    model.answers(
        body ->
            new MockResponse.Builder()
                .addHeader("Content-Type", "Text/Event-Stream; charset=utf-8")
                .body(events + end + "data: [DONE]\r\r")
                .build());
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(model.calls()).isEqualTo(1);
  }

  @Test
  void aStreamThatBreaksOffIsNoAnswer() throws Exception {
    config.put("stream", true);
    model.answers(
        body ->
            FakeModel.stream(
                "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n"
                    + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\","
                    + "\"error\":{\"message\":\"gone\"}}]}\n\n"));
    ask();
    mount.awaitState("p", "failed");
    assertThat(mount.exists("outbox/p_response.txt")).isFalse();
  }

  @Test
  void answersAreNotChangedWhateverTheKeyIs() throws Exception {
    config.put("api_key", "ollama");
    model.answers(body -> FakeModel.text("run ollama, 123456"));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("run ollama, 123456");
    mount.put(
        "inbox/b.jsonl", "{\"custom_id\":\"1\",\"body\":{\"messages\":[{\"content\":\"hi\"}]}}");
    assertThat(mount.read("wait/b")).contains("run ollama, 123456");
  }

  @Test
  void anErrorLineOfABatchHasTheWholeAnswer() throws Exception {
    model.answers(body -> FakeModel.json(400, "{\"error\":{\"message\":\"no\",\"param\":\"n\"}}"));
    mount = Mount.open(new MemoryFileSystem(), config);
    mount.put(
        "inbox/b.jsonl", "{\"custom_id\":\"1\",\"body\":{\"messages\":[{\"content\":\"hi\"}]}}");
    mount.awaitState("b", "completed");
    assertThat(mount.text("outbox/b_errors.jsonl")).contains("\"param\":\"n\"");
  }

  @Test
  void anEndpointWithAKeyHeaderOfItsOwnGetsNoBearerToken() throws Exception {
    config.put("headers", Map.of("api-key", "k-azure"));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    Headers headers = model.server.takeRequest().getHeaders();
    assertThat(headers.get("api-key")).isEqualTo("k-azure");
    assertThat(headers.get("Authorization")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=1, api-key",
    "https://me.services.ai.azure.com/openai/v1/responses, api-key",
    "https://api.openai.com/v1/chat/completions, Authorization"
  })
  void theKeyGoesInTheHeaderThatTheServiceReads(String url, String header) throws Exception {
    open();
    Endpoint endpoint = new Endpoint("e", URI.create(url), new Secret("k"), null, Map.of());
    assertThat(endpoint.keyHeader()).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"finish_reason\":\"stop\",\"message\":{\"content\":\"yes\",\"tool_calls\":[{\"id\":\"c\"}]}}]",
        "\"message\":{\"content\":\"yes\"}},{\"index\":1,\"message\":{\"content\":\"no\"}}]",
        "\"message\":{\"content\":\"yes\",\"annotations\":[{\"url\":\"u\"}]}}]",
        "\"logprobs\":{\"content\":[{\"token\":\"yes\"}]},\"message\":{\"content\":\"yes\"}}]",
        "\"message\":{\"content\":\"yes\",\"reasoning_content\":\"hm\"}}]",
        "\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"text\":\"hm\"}]},"
            + "{\"type\":\"text\",\"text\":\"yes\"}]}}]",
        "\"message\":{\"content\":\"yes\"}}],\"citations\":[\"u\"]"
      })
  void aResponseWithMoreThanTextIsPublishedToo(String rest) throws Exception {
    String body = "{\"choices\":[{\"index\":0," + rest + "}";
    reply(body);
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(mount.text("outbox/p_response.json")).isEqualTo(body);
    mount.fs.unlink(Mount.path("outbox/p_response.txt"));
    mount.fs.unlink(Mount.path("outbox/p_status.json"));
    assertThat(mount.exists("outbox/p_response.json")).as("forgotten with the job").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"c\",\"model\":\"m\",\"usage\":{\"cost\":1},\"choices\":[{\"index\":0,\"logprobs\":null,"
            + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"yes\","
            + "\"refusal\":null,\"annotations\":[],\"tool_calls\":null}}]}",
        "{\"status\":\"completed\",\"tools\":[],\"text\":{\"format\":{\"type\":\"text\"}},\"output\":"
            + "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"yes\","
            + "\"annotations\":[],\"logprobs\":[]}]}]}"
      })
  void aResponseThatIsOnlyTextIsNotKeptTwice(String body) throws Exception {
    reply(body);
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(mount.exists("outbox/p_response.json")).isFalse();
  }

  @Test
  void allChoicesAndReasoningOfAStreamAreKept() throws Exception {
    config.put("stream", true);
    model.answers(
        body ->
            FakeModel.stream(
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}},"
                    + "{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n"
                    + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"yes\"},"
                    + "\"finish_reason\":\"stop\"},{\"index\":1,\"delta\":{},"
                    + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(mount.text("outbox/p_response.json")).contains("\"hm\"", "\"no\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Perplexity
        "{\"citations\":[\"u\"],\"choices\":[{\"delta\":{}}]}|\"citations\":[\"u\"]",
        // OpenRouter
        "{\"choices\":[{\"delta\":{\"reasoning_details\":[{\"text\":\"hm\"}]}}]}"
            + "|\"reasoning_details\":[{\"text\":\"hm\"}",
        // Ollama
        "{\"choices\":[{\"delta\":{\"thinking\":\"hm\"}}]}|\"thinking\":\"hmhm\"",
        // Magistral
        "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"}]}}]}"
            + "|{\"type\":\"thinking\",\"thinking\":\"hm\"}",
        // before tool_calls
        "{\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":\"a\"}}}]}"
            + "|\"function_call\":{\"arguments\":\"aa\"}",
        "{\"choices\":[{\"delta\":{\"audio\":{\"id\":\"x\",\"data\":\"QQ\"}}}]}"
            + "|\"audio\":{\"id\":\"x\",\"data\":\"QQQQ\"}"
      })
  void allOtherMembersOfAStreamAreKept(String chunk, String kept) throws Exception {
    config.put("stream", true);
    String piece = "data: " + chunk + "\n\n";
    model.answers(
        body ->
            FakeModel.stream(
                piece
                    + piece
                    + "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"},"
                    + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(mount.text("outbox/p_response.json")).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", ""})
  void responsesBesideTextsCountTowardsTheKeptBytes(String text) throws Exception {
    config.put("keep", Map.of("bytes", "10KB"));
    String more = "{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}],\"citations\":[\"";
    model.answers(body -> FakeModel.json(200, more + "u".repeat(8000) + "\"]}"));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    for (String name : new String[] {"a", "b"}) {
      mount.put("inbox/" + name + ".txt", "hi");
      mount.clock().run();
      mount.awaitState(name, text.isEmpty() ? "failed" : "completed");
      mount.text("outbox/" + name + (text.isEmpty() ? "_status.json" : "_response.txt"));
      mount.clock().advance(Duration.ofSeconds(1));
    }
    mount.clock().advance(Duration.ofMinutes(10));
    assertThat(mount.state("a")).isEqualTo("none");
    assertThat(mount.state("b")).isNotEqualTo("none");
  }

  @Test
  void azureIsCalledAsItsUrlSays() throws Exception {
    String path = "/openai/deployments/d/chat/completions?api-version=2024-10-21";
    config.put("api_host", model.server.url(path).toString());
    config.put("headers", Map.of("api-key", "k-azure"));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    RecordedRequest request = model.server.takeRequest();
    assertThat(request.getTarget()).isEqualTo(path);
    assertThat(request.getHeaders().get("Authorization")).isNull();
  }

  @Test
  void aResponseOfAzureIsPolledWithItsApiVersion() throws Exception {
    String path = "/openai/responses?api-version=preview";
    config.put("api_host", model.server.url(path).toString());
    config.put("parameters", Map.of("background", true));
    model.answers(
        body ->
            FakeModel.json(
                200,
                BackgroundModel.response("r1", body.isEmpty() ? "completed" : "queued", "yes")));
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    assertThat(model.server.takeRequest().getTarget()).isEqualTo(path);
    assertThat(model.server.takeRequest().getTarget())
        .isEqualTo("/openai/responses/r1?api-version=preview");
  }

  @Test
  void anAnswerThatAFilterCutOffSaysSo() throws Exception {
    reply(CHOICE + "\"content_filter\",\"message\":{\"content\":\"half\"}}]}");
    assertThat(mount.read("wait/p")).isEqualTo("half");
    assertThat(mount.status("p").path("message").asString()).contains("content filter");
  }

  @Test
  void theLastOfTwoMembersWithOneNameCounts() throws Exception {
    reply(CHOICE + "\"stop\",\"message\":{\"content\":\"no\",\"content\":\"yes\"}}]}");
    assertThat(mount.read("wait/p")).isEqualTo("yes");
  }

  @Test
  void anAnswerMayComeInChunksWithoutALength() throws Exception {
    model.answers(
        body -> new MockResponse.Builder().chunkedBody(FakeModel.completion("yes"), 7).build());
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
  }

  @Test
  void anAnswerMayComeCompressed() throws Exception {
    Buffer packed = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(packed))) {
      gzip.writeUtf8(FakeModel.completion("yes"));
    }
    model.answers(
        body ->
            new MockResponse.Builder()
                .addHeader("Content-Encoding", "gzip")
                .body(packed.clone())
                .build());
    ask();
    assertThat(mount.read("wait/p")).isEqualTo("yes");
  }

  @ParameterizedTest
  @CsvSource({
    "413, failed, 413 Request Entity Too Large",
    "502, pending, 502 Bad Gateway",
    "524, pending, A timeout occurred"
  })
  void errorPagesOfProxiesAreQuoted(int status, String state, String title) throws Exception {
    config.put("retry_base", "1m");
    model.answers(
        body ->
            new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "text/html")
                .body("<html><head><title>" + title + "</title></head></html>")
                .build());
    ask();
    Until.holds(
        "told",
        () ->
            mount.state("p").equals(state)
                && mount.status("p").at("/error/message").asString("").contains(title));
  }

  @Test
  void aRequestThatIsTooExpensiveDoesNotHoldOthersForEver() throws Exception {
    String error = "{\"error\":{\"code\":402,\"message\":\"fewer max_tokens\"}}";
    model.answers(
        body -> body.contains("dear") ? FakeModel.json(402, error) : FakeModel.echo(body));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
    mount.put("inbox/dear.txt", "dear");
    mount.clock().run();
    for (int i = 0; i < 6 && !mount.state("dear").equals("failed"); i++) {
      String name = "p" + i;
      mount.put("inbox/" + name + ".txt", "hi");
      Until.holds(
          name + " is completed",
          () -> {
            mount.clock().advance(Duration.ofMinutes(1));
            return mount.state(name).equals("completed");
          });
    }
    mount.awaitState("dear", "failed");
    assertThat(mount.status("dear").at("/error/message").asString()).contains("max_tokens");
  }

  private void open() throws Exception {
    mount = Mount.open(new MemoryFileSystem(), config);
  }
}
