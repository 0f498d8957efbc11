package dev.warren.gptfs.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A body that OkHttp must not send twice. Without this it repeats a POST by itself: on a pooled
 * connection that dies, on 408, on 503 with {@code Retry-After: 0}. Each would be one more
 * completion to pay for; gptfs's own retry is the only one.
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
