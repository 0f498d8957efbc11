package dev.warren.gptfs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoModelTest {
  private static final String PROMPT =
      "{\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
          + "{\"role\":\"user\",\"content\":\"Tell me a joke\"}]%s}";

  private DemoModel model;

  @BeforeEach
  void start() throws IOException {
    model = DemoModel.start();
  }

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void everyAnswerSaysThatItIsADemoAndQuotesThePrompt() throws Exception {
    HttpResponse<String> response = post(PROMPT.formatted(""), model.key().reveal());
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = JsonMapper.shared().readTree(response.body());
    assertThat(answer.at("/choices/0/message/content").asString())
        .contains("not a language model", "Tell me a joke");
    assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(answer.at("/usage/total_tokens").asInt())
        .isEqualTo(
            answer.at("/usage/prompt_tokens").asInt()
                + answer.at("/usage/completion_tokens").asInt());
  }

  @Test
  void streamsTheSameAnswerInPieces() throws Exception {
    JsonNode whole =
        JsonMapper.shared().readTree(post(PROMPT.formatted(""), model.key().reveal()).body());
    String streamed =
        post(PROMPT.formatted(",\"stream\":true"), model.key().reveal())
            .body()
            .lines()
            .filter(line -> line.startsWith("data: {"))
            .map(line -> JsonMapper.shared().readTree(line.substring(6)))
            .map(chunk -> chunk.at("/choices/0/delta/content").asString())
            .collect(Collectors.joining());
    assertThat(streamed).isEqualTo(whole.at("/choices/0/message/content").asString());
  }

  @Test
  void anotherKeyIsRefused() throws Exception {
    assertThat(post(PROMPT.formatted(""), "sk-other").statusCode()).isEqualTo(401);
  }

  @Test
  void aBodyThatIsNotJsonIsRefused() throws Exception {
    assertThat(post("Tell me a joke", model.key().reveal()).statusCode()).isEqualTo(400);
  }

  private HttpResponse<String> post(String body, String key)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(model.url()))
            .header("Authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
