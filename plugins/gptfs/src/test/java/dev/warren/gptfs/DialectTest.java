package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.json.Json;
import dev.warren.memfs.MemoryFileSystem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Endpoints have one of two interfaces; each request is sent in the form of the endpoint's
 * interface.
 */
class DialectTest {
  private static final String ANSWER =
      "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":"
          + "[{\"type\":\"output_text\",\"text\":\"yes\"}]}]}";

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
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"b\"}]}|name"
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
}
