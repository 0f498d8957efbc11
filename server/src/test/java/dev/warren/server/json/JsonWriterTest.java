package dev.warren.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void nestsAndSeparates() {
    JsonWriter json =
        new JsonWriter()
            .object()
            .put("a", 1)
            .array("list")
            .object()
            .put("b", true)
            .endObject()
            .object()
            .endObject()
            .endArray()
            .object("in")
            .put("c", (String) null)
            .put("d", 0.5)
            .endObject()
            .endObject();
    assertThat(json)
        .hasToString("{\"a\":1,\"list\":[{\"b\":true},{}],\"in\":{\"c\":null,\"d\":0.500}}");
  }

  @Test
  void escapesWhatWouldEndTheTextOrReachATerminal() {
    assertThat(
            new JsonWriter()
                .object()
                .put("k\"", "\\ \n\r\t\u0000\u001b\u007f\u0085é€😀")
                .endObject())
        .hasToString("{\"k\\\"\":\"\\\\ \\n\\r\\t\\u0000\\u001b\\u007f\\u0085é€😀\"}");
  }

  @Test
  void bytesOfNamesThatAreNoUtf8StayReadable() {
    String json = new JsonWriter().object().put("n", "a\udc80b\ud83d").endObject().toString();
    assertThat(json).isEqualTo("{\"n\":\"a\\udc80b\\ud83d\"}");
  }

  @Test
  void numbersThatJsonDoesNotHaveAreZero() {
    assertThat(new JsonWriter().object().put("n", Double.NaN).endObject())
        .hasToString("{\"n\":0.000}");
  }
}
