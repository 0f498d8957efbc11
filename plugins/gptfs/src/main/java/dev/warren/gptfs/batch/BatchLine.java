package dev.warren.gptfs.batch;

import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.request.RequestBuilder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of a batch.
 *
 * @param customId the id that the file gives it; null if that cannot be read any more
 * @param url the requested path, one of {@link BatchUrl#ALLOWED}
 * @param body what is sent: the line's own bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BatchLine(@Nullable String customId, String url, byte[] body) {
  /** Stands for a line whose content is damaged; it is not sent. */
  public static final BatchLine UNREADABLE =
      new BatchLine(null, BatchUrl.ALLOWED.getFirst(), new byte[0]);

  /**
   * Reads a line that was {@linkplain BatchFile#check checked}.
   *
   * @param model the model for a body that names none; null to add none
   */
  public static BatchLine read(byte[] line, @Nullable String model) {
    ObjectNode object = Json.object(line).orElseThrow();
    String url = Json.text(object, "url");
    byte[] body = body(line);
    if (model != null && !object.path("body").has("model")) {
      body = RequestBuilder.insertModel(body, model);
    }
    return new BatchLine(
        String.valueOf(Json.text(object, "custom_id")),
        url == null ? BatchUrl.ALLOWED.getFirst() : url,
        body);
  }

  private static byte[] body(byte[] line) {
    try (JsonParser parser = Json.MAPPER.createParser(line)) {
      parser.nextToken();
      byte[] found = new byte[0];
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = parser.currentName().equals("body");
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        if (wanted) { // the last of duplicate members is used, as in Jackson's tree
          int end = (int) parser.currentLocation().getByteOffset();
          found = Arrays.copyOfRange(line, start, end);
        }
      }
      return found;
    }
  }

  /** The output line of an answer. */
  public byte[] answer(String id, int status, @Nullable String requestId, byte[] body) {
    ObjectNode node = Json.object().put("id", id).put("custom_id", customId);
    ObjectNode response = node.putObject("response");
    response.put("status_code", status).put("request_id", requestId);
    response.set("body", Json.MAPPER.readTree(body));
    node.putNull("error");
    return Json.bytes(node);
  }

  /**
   * The error line of a failure.
   *
   * @param body the body of the response, which has more detail than the message; null if there was
   *     none
   */
  public byte[] failure(String id, JobError error, @Nullable JsonNode body) {
    ObjectNode node = Json.object().put("id", id).put("custom_id", customId);
    if (error.httpStatus() == null) {
      node.putNull("response");
    } else {
      ObjectNode response =
          node.putObject("response")
              .put("status_code", error.httpStatus())
              .put("request_id", error.requestId());
      if (body != null) {
        response.set("body", body);
      }
    }
    node.putObject("error")
        .put("code", error.code() == null ? error.kind() : error.code())
        .put("message", error.message());
    return Json.bytes(node);
  }
}
