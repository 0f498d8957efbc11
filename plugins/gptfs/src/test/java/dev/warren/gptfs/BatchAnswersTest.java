package dev.warren.gptfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.gptfs.json.Json;
import dev.warren.memfs.MemoryFileSystem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Which responses are answers to the lines of a batch, and what the error lines contain. */
class BatchAnswersTest {
  private static final String CHOICE = "{\"choices\":[{\"finish_reason\":";
  private static final String CHAT = "/v1/chat/completions";

  private FakeModel model;
  private Mount mount;

  @BeforeEach
  void start() throws Exception {
    model = new FakeModel();
    mount = Mount.open(new MemoryFileSystem(), Mount.config(model.url()));
  }

  @AfterEach
  void close() throws Exception {
    mount.close();
    model.close();
  }

  private static String line(String id, String url) {
    return "{\"custom_id\":\"%s\",\"url\":\"%s\",\"body\":{\"messages\":[{\"content\":\"%s\"}]}}\n"
        .formatted(id, url, id);
  }

  /** Writes a batch with a line that gets a certain response, and one that gets a good answer. */
  private void batch(String url, int status, String body) throws Exception {
    model.answers(
        request ->
            request.contains("bad") ? FakeModel.json(status, body) : FakeModel.echo(request));
    mount.put("inbox/b.jsonl", line("bad", url) + line("good", CHAT));
    mount.awaitState("b", "completed");
  }

  /** The error line of the line that got a certain response; the other line has its answer. */
  private JsonNode error() throws Exception {
    assertThat(mount.text("outbox/b_output.jsonl").lines())
        .singleElement()
        .asString()
        .contains("re: good");
    List<String> errors = mount.text("outbox/b_errors.jsonl").lines().toList();
    assertThat(errors).hasSize(1);
    assertThat(mount.status("b").at("/request_counts/failed").asInt()).isEqualTo(1);
    JsonNode error = Json.MAPPER.readTree(errors.getFirst());
    assertThat(error.path("custom_id").asString()).isEqualTo("bad");
    return error;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CHAT + "|{\"choices\":[]}|no choices",
        CHAT + "|{\"id\":\"x\"}|no choices",
        CHAT
            + "|{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"\"}}]}|no"
            + " text",
        CHAT
            + "|{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"\"}}]}"
            + "|token limit",
        CHAT + "|{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{}}]}|filter",
        "/v1/responses|{\"output\":[],\"status\":\"incomplete\"}|token limit",
        "/v1/responses|{\"object\":\"response\",\"output\":[],\"status\":\"completed\"}|no text",
        "/v1/responses|{\"id\":\"r\",\"output\":[],\"status\":\"queued\"}|in the background"
      })
  void aResponseWithoutAnAnswerIsAnErrorLine(String url, String body, String text)
      throws Exception {
    batch(url, 200, body);
    JsonNode error = error();
    assertThat(error.at("/error/code").asString()).isEqualTo("no_answer");
    assertThat(error.at("/error/message").asString()).contains(text);
    assertThat(error.at("/response/status_code").asInt()).isEqualTo(200);
    assertThat(error.at("/response/body")).isEqualTo(Json.MAPPER.readTree(body));
    assertThat(model.calls()).isEqualTo(2);
    model.answers(FakeModel::echo);
    mount.ctl("retry b");
    assertThat(mount.read("wait/b")).contains("re: bad", "re: good");
    assertThat(model.calls()).as("only that line is sent again").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CHAT + "|" + CHOICE + "\"error\",\"message\":{\"content\":\"half\"}}]}",
        CHAT
            + "|"
            + CHOICE
            + "\"insufficient_system_resource\",\"message\":{\"content\":\"half\"}}]}",
        CHAT
            + "|"
            + CHOICE
            + "\"stop\",\"error\":{\"message\":\"gone\"},\"message\":{\"content\":\"half\"}}]}"
      })
  void anAnswerThatTheServiceBrokeOffIsRetried(String url, String body) throws Exception {
    batch(url, 200, body);
    JsonNode error = error();
    assertThat(error.at("/error/code").asString()).isEqualTo("broken_off");
    assertThat(error.at("/response/body")).isEqualTo(Json.MAPPER.readTree(body));
    assertThat(model.calls()).as("one is made again").isEqualTo(3);
    assertThat(mount.status("b").path("possible_duplicate").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"half\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"c\"}]}}]}",
        "{\"status\":\"completed\",\"output\":[{\"type\":\"function_call\",\"name\":\"f\"}]}"
      })
  void whatAPromptWouldGetAsItsAnswerIsAnAnswer(String body) throws Exception {
    batch(CHAT, 200, body);
    assertThat(mount.text("outbox/b_output.jsonl").lines()).hasSize(2);
    assertThat(mount.exists("outbox/b_errors.jsonl")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/embeddings|{\"data\":[{\"embedding\":[0.5]}]}",
        "/v1/moderations|{\"results\":[{\"flagged\":false}]}"
      })
  void otherResponsesHaveNoTextAndAreAnswers(String url, String body) throws Exception {
    batch(url, 200, body);
    assertThat(mount.text("outbox/b_output.jsonl").lines()).hasSize(2);
    assertThat(model.calls()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"echo\":{\"headers\":[\"Bearer " + Mount.KEY + "\"]}}}",
        "the key " + Mount.KEY + " is not known here",
        "[\"" + Mount.KEY + "\"]",
        "\"" + Mount.KEY + "\""
      })
  void errorLinesDoNotQuoteTheKey(String body) throws Exception {
    batch(CHAT, 400, body);
    String errors = mount.text("outbox/b_errors.jsonl");
    assertThat(errors).contains("***").doesNotContain(Mount.KEY);
    assertThat(error().at("/response/body").isMissingNode()).isFalse();
  }

  @Test
  void anAnswerIsNotChangedEvenIfItQuotesTheKey() throws Exception {
    batch(CHAT, 200, FakeModel.completion("it is " + Mount.KEY));
    assertThat(mount.text("outbox/b_output.jsonl")).contains(Mount.KEY);
  }
}
