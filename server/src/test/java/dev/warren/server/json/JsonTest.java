package dev.warren.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {
  private static String text(String value) {
    return Json.object(json -> json.writeStringProperty("n", value));
  }

  @Test
  void isOnOneLine() {
    String text =
        Json.object(
            json -> {
              json.writeNumberProperty("a", 1).writeArrayPropertyStart("list");
              json.writeStartObject().writeBooleanProperty("b", true).writeEndObject();
              json.writeStartObject().writeEndObject().writeEndArray();
              json.writeObjectPropertyStart("in").writeStringProperty("c", null);
              json.writeNumberProperty("d", Json.rounded(0.5)).writeEndObject();
            });
    assertThat(text)
        .isEqualTo("{\"a\":1,\"list\":[{\"b\":true},{}],\"in\":{\"c\":null,\"d\":0.500}}");
  }

  @Test
  void escapesWhatWouldEndTheTextOrReachATerminal() {
    String text =
        Json.object(
            json -> json.writeStringProperty("k\"\u007f", "\\ \n\r\t\u0000\u001b\u007f\u0085é€😀"));
    assertThat(text)
        .isEqualTo("{\"k\\\"\\u007f\":\"\\\\ \\n\\r\\t\\u0000\\u001b\\u007f\\u0085é€😀\"}");
  }

  @Test
  void everyControlCharacterIsEscapedWhereverItStands() {
    for (char c = 0; c <= 0xff; c++) {
      if (Character.isISOControl(c)) {
        assertThat(text(c + "x".repeat(5000) + c).chars()).noneMatch(Character::isISOControl);
      }
    }
  }

  @Test
  void charactersThatChangeTheDirectionAreEscaped() {
    assertThat(text("\u202egnp\u2066x\u200f\u2028y😀"))
        .isEqualTo("{\"n\":\"\\u202egnp\\u2066x\\u200f\\u2028y😀\"}");
  }

  @Test
  void bytesOfNamesThatAreNoUtf8StayReadable() {
    assertThat(text("a\udc80b\ud83d")).isEqualTo("{\"n\":\"a\\udc80b\\ud83d\"}");
    assertThat(text("\ud83d😀\udc80")).isEqualTo("{\"n\":\"\\ud83d😀\\udc80\"}");
  }

  /** The generator processes long texts in parts. */
  @Test
  void surrogatePairsStayWholeAtEveryPlaceOfALongText() {
    for (int before = 0; before < 2_500; before++) {
      String text = "x".repeat(before) + "😀\udc80";
      assertThat(text(text)).isEqualTo("{\"n\":\"" + "x".repeat(before) + "😀\\udc80\"}");
    }
  }

  @Test
  void numbersAreRoundedAndThoseThatJsonDoesNotHaveAreZero() {
    assertThat(Json.rounded(Double.NaN)).hasToString("0.000");
    assertThat(Json.rounded(Double.NEGATIVE_INFINITY)).hasToString("0.000");
    assertThat(Json.rounded(2.0 / 3)).hasToString("0.667");
    assertThat(Json.rounded(1e12)).hasToString("1000000000000.000");
    assertThat(Json.object(json -> json.writeNumberProperty("n", Json.rounded(1e-9))))
        .isEqualTo("{\"n\":0.000}");
  }
}
