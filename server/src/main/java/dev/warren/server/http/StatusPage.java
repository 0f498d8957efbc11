package dev.warren.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The status page: a single file that requests {@code status.json} and nothing else. */
final class StatusPage {
  private static volatile @Nullable Response cached;

  private StatusPage() {}

  /** Returns the page, with a policy that allows its own script and style, by their hashes. */
  static Response response() throws IOException {
    Response known = cached;
    if (known == null) {
      known = read();
      cached = known;
    }
    return known;
  }

  private static Response read() throws IOException {
    try (InputStream in = StatusPage.class.getResourceAsStream("status.html")) {
      if (in == null) {
        throw new IOException("status.html is missing from the program");
      }
      String page = new String(in.readAllBytes(), UTF_8);
      String policy =
          "%s; connect-src 'self'; img-src data:; script-src '%s'; style-src '%s'"
              .formatted(Response.NOTHING, hash("script", page), hash("style", page));
      return new Response(200, "text/html; charset=utf-8", policy, page.getBytes(UTF_8));
    }
  }

  private static String hash(String element, String page) throws IOException {
    Matcher matcher =
        Pattern.compile("<%s>(.*?)</%s>".formatted(element, element), Pattern.DOTALL).matcher(page);
    if (!matcher.find()) {
      throw new IOException("status.html has no " + element);
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(matcher.group(1).getBytes(UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
