package dev.warren.gptfs.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A body that OkHttp must not send twice. Otherwise OkHttp repeats a POST by itself: when a pooled
 * connection fails, on 408, on 503 with {@code Retry-After: 0}. Each repetition may be billed, so
 * only gptfs's own retry policy repeats a call.
 */
final class OneShotBody extends RequestBody {
  private static final MediaType JSON = MediaType.get("application/json");

  private final byte[] content;

  OneShotBody(byte[] content) {
    this.content = content;
  }

  @Override
  public @Nullable MediaType contentType() {
    return JSON;
  }

  @Override
  public long contentLength() {
    return content.length;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(content);
  }

  @Override
  public boolean isOneShot() {
    return true;
  }
}
