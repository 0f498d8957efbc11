package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.json.Json;
import dev.warren.memfs.MemoryFileSystem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Endpoints have one of two interfaces; each request is sent in the form of the endpoint's
 * interface.
 */
class DialectTest {
  private static final String ANSWER =
      "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":"
          + "[{\"type\":\"output_text\",\"text\":\"yes\"}]}]}";

  private static final String IMAGE =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":";

  private static final String TOOLS = ",\"tools\":[{\"type\":\"web_search\"}]";

  private FakeModel model;
  private Map<String, Object> config;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    model.answers(body -> FakeModel.json(200, ANSWER));
    config = Mount.config(model.server.url("/v1/responses").toString());
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private void open() throws Exception {
    mount = Mount.open(new MemoryFileSystem(), config);
  }

  private void sent(String json) {
    assertThat(Json.MAPPER.readTree(model.bodies.getLast())).isEqualTo(Json.MAPPER.readTree(json));
  }

  @Test
  void aPromptBecomesInstructionsAndInput() throws Exception {
    config.put("system_prompt", "Be kind");
    config.put("parameters", Map.of("truncation", "auto"));
    open();
    mount.put("inbox/_config.yaml", "max_tokens: 7\nreasoning_effort: low\ntemperature: 0.5\n");
    mount.put("inbox/p.txt", "hi");
    assertThat(mount.read("wait/p")).isEqualTo("yes");
    sent(
        "{\"model\":\"test-model\",\"instructions\":\"Be kind\",\"input\":\"hi\","
            + "\"truncation\":\"auto\",\"max_output_tokens\":7,\"reasoning\":{\"effort\":\"low\"},"
            + "\"temperature\":0.5}");
  }

  @Test
  void aRequestThatCannotBeTranslatedIsRefusedBeforeItIsSent() throws Exception {
    open();
    mount.put("inbox/_config.yaml", "stop: x\n");
    mount.put("inbox/p.txt", "hi");
    mount.awaitState("p", "failed");
    assertThat(mount.status("p").path("message").asString()).contains("no place for 'stop'");
    assertThat(model.calls()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":"
            + "{\"url\":\"u\"}}]}],\"max_tokens\":3,\"model\":\"m\"}"
            + "|{\"input\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"input_image\","
            + "\"image_url\":\"u\"}]}],\"max_output_tokens\":3,\"model\":\"m\"}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"model\":\"m\",\"response_format\":"
            + "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}}"
            + "|{\"input\":[{\"role\":\"user\",\"content\":\"a\"}],\"model\":\"m\",\"text\":"
            + "{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}}}",
        "{\"input\":\"a\",\"tools\":[{\"type\":\"web_search\"}],\"model\":\"m\"}"
            + "|{\"input\":\"a\",\"tools\":[{\"type\":\"web_search\"}],\"model\":\"m\"}"
      })
  void aChatRequestIsTranslatedWhereThatLosesNothing(String chat, String responses)
      throws Exception {
    open();
    mount.put("inbox/r.json", chat);
    assertThat(mount.read("wait/r")).isEqualTo("yes");
    sent(responses);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"seed\":1}|seed",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":2}|n",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[]}|tools",
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}|role: tool",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"b\"}]}|name",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\","
            + "\"cache_control\":{\"type\":\"ephemeral\"}}]}]}|cache_control",
        IMAGE + "{\"url\":\"u\"},\"cache_control\":{\"type\":\"ephemeral\"}}]}]}|cache_control",
        IMAGE + "{\"url\":\"u\",\"format\":\"png\"}}]}]}|format",
        IMAGE + "\"u\"}]}]}|content of type image_url",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"response_format\":{\"type\":"
            + "\"json_schema\",\"json_schema\":{\"name\":\"n\"},\"strict\":true}}|strict"
      })
  void aTranslationThatWouldLoseInformationIsNotSent(String chat, String what) throws Exception {
    open();
    mount.put("inbox/r.json", chat);
    mount.awaitState("r", "failed");
    assertThat(mount.status("r").path("message").asString()).contains("'" + what + "'");
    assertThat(model.calls()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"m\",\"instructions\":\"s\",\"input\":\"a\",\"max_output_tokens\":3}"
            + "|{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
            + "{\"role\":\"user\",\"content\":\"a\"}],\"max_completion_tokens\":3}",
        "{\"model\":\"m\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":"
            + "[{\"type\":\"input_text\",\"text\":\"a\"}]}],\"reasoning\":{\"effort\":\"low\"}}"
            + "|{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"a\"}]}],\"reasoning_effort\":\"low\"}"
      })
  void aResponsesRequestIsTranslatedForAChatEndpoint(String responses, String chat)
      throws Exception {
    config.put("api_host", model.url());
    model.answers(body -> FakeModel.text("yes"));
    open();
    mount.put("inbox/r.json", responses);
    assertThat(mount.read("wait/r")).isEqualTo("yes");
    sent(chat);
    mount.put("inbox/s.json", "{\"input\":\"a\",\"previous_response_id\":\"x\"}");
    mount.awaitState("s", "failed");
    assertThat(mount.status("s").path("message").asString()).contains("previous_response_id");
    assertThat(model.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"role\":\"assistant\",\"id\":\"msg_1\",\"content\":\"a\"}|id",
        "{\"role\":\"assistant\",\"status\":\"completed\",\"content\":\"a\"}|status",
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\","
            + "\"annotations\":[{\"type\":\"url_citation\"}]}]}|annotations",
        "{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"u\","
            + "\"file_id\":\"f\"}]}|file_id"
      })
  void anItemThatAChatEndpointHasNoPlaceForIsNotSent(String item, String what) throws Exception {
    config.put("api_host", model.url());
    open();
    mount.put("inbox/r.json", "{\"input\":[" + item + "]}");
    mount.awaitState("r", "failed");
    assertThat(mount.status("r").path("message").asString()).contains("'" + what + "'");
    assertThat(model.calls()).isZero();
  }

  @Test
  void membersThatSayNothingAreLeftOut() throws Exception {
    config.put("api_host", model.url());
    model.answers(body -> FakeModel.text("yes"));
    open();
    mount.put(
        "inbox/r.json",
        "{\"model\":\"m\",\"input\":[{\"role\":\"assistant\",\"status\":null,\"content\":"
            + "[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[]}]}]}");
    assertThat(mount.read("wait/r")).isEqualTo("yes");
    sent(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"a\"}]}]}");
  }

  @Test
  void aFallbackGetsTheRequestInItsOwnInterface() throws Exception {
    try (FakeModel second = new FakeModel()) {
      config.put("endpoints", Map.of("b", Map.of("api_host", second.url(), "api_key", "k-other")));
      config.put("fallbacks", List.of("b"));
      config.put("max_attempts", 1);
      model.answers(body -> FakeModel.json(500, "{}"));
      open();
      mount.put("inbox/p.txt", "hi");
      assertThat(mount.read("wait/p")).isEqualTo("re: hi");
    }
  }

  /** A request with `tools` has no translation, so the chat endpoint is no fallback for it. */
  private void openWithFallback(FakeModel chat) throws Exception {
    config.put("endpoints", Map.of("b", Map.of("api_host", chat.url(), "api_key", "k-other")));
    config.put("fallbacks", List.of("b"));
    mount = Mount.open(new MemoryFileSystem(), new ManualTimers(), config);
  }

  private void ask(String name, String members) throws Exception {
    mount.put("inbox/" + name + ".json", "{\"input\":\"" + name + "\"" + members + "}");
    mount.clock().run();
  }

  private void passUntilCompleted(String name) throws Exception {
    Until.holds(
        name + " is completed",
        () -> {
          mount.clock().advance(Duration.ofSeconds(10));
          return mount.state(name).equals("completed");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 503})
  void aFallbackThatCannotTakeTheRequestIsLeftOut(int status) throws Exception {
    model.answers(body -> FakeModel.json(status, "{}"));
    try (FakeModel chat = new FakeModel()) {
      openWithFallback(chat);
      ask("tools", TOOLS);
      Until.holds("it was tried", () -> model.calls() == 1);
      ask("plain", "");
      passUntilCompleted("plain"); // the fallback answers it
      assertThat(mount.state("tools")).isIn("held", "pending", "processing");
      ask("later", TOOLS);
      assertThat(mount.state("later")).isIn("held", "pending", "processing");
      model.answers(body -> FakeModel.json(200, ANSWER));
      passUntilCompleted("tools");
      passUntilCompleted("later");
      assertThat(mount.text("outbox/tools_response.txt")).isEqualTo("yes");
      assertThat(chat.calls()).isEqualTo(1);
    }
  }

  @Test
  void aJobThatNoFallbackCanTakeIsHeldWithItsOnlyEndpoint() throws Exception {
    model.answers(body -> FakeModel.json(401, "{}"));
    try (FakeModel chat = new FakeModel()) {
      openWithFallback(chat);
      ask("tools", TOOLS);
      mount.awaitState("tools", "held");
      ask("later", TOOLS);
      mount.awaitState("later", "held");
      assertThat(mount.status("later").path("endpoint").asString()).isEqualTo("default");
      assertThat(chat.calls()).isZero();
    }
  }

  @Test
  void aResponseInTheBackgroundHasNoFallbackWithTheOtherInterface() throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    try (BackgroundModel background = new BackgroundModel();
        FakeModel chat = new FakeModel()) {
      config.put("api_host", background.url());
      config.put("endpoints", Map.of("b", Map.of("api_host", chat.url(), "api_key", "k-other")));
      config.put("fallbacks", List.of("b"));
      config.put("max_attempts", 1);
      mount = Mount.open(disk, new ManualTimers(), config);
      ask("r", ",\"background\":true");
      Until.holds(
          "the service works on it",
          () -> mount.status("r").path("message").asString().contains("works on it"));
      mount.close(); // another process does not know the request until it sends it again
      background.says(id -> FakeModel.json(200, BackgroundModel.response(id, "failed", null)));
      mount = Mount.open(disk, new ManualTimers(), config);
      Until.holds(
          "it has failed",
          () -> {
            mount.clock().advance(Duration.ofSeconds(1));
            return mount.state("r").equals("failed");
          });
      assertThat(mount.status("r").at("/error/class").asString()).isEqualTo("broken_off");
      assertThat(chat.calls()).isZero();
    }
  }
}
