package dev.warren.gptfs.http;

import dev.warren.gptfs.config.Endpoint;
import dev.warren.gptfs.config.HttpSettings;
import dev.warren.gptfs.memory.ContentMemory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Calls endpoints. One call is one request on the wire, never more: no redirects, no hidden
 * retries. Thread-safe; a call blocks the calling thread.
 */
public final class ModelClient implements AutoCloseable {
  /**
   * Shorter than the five seconds after which Node's servers close an idle connection: a request on
   * a connection that is being closed fails, and whether it was processed is unknown.
   */
  private static final long KEEP_ALIVE_SECONDS = 4;

  /** The longest read timeout for a response that the service only has to look up. */
  private static final Duration SHORT = Duration.ofSeconds(30);

  private final OkHttpClient client;
  private final OkHttpClient streamClient;
  private final OkHttpClient shortClient;
  private final long maxResponseBytes;
  private final InstantSource clock;

  /**
   * A client for all endpoints of an instance.
   *
   * @param workers the limit of concurrent calls
   * @throws IOException if the certificates cannot be read
   */
  public ModelClient(HttpSettings settings, int workers, InstantSource clock) throws IOException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(workers, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS))
            .connectTimeout(settings.connect())
            .readTimeout(settings.read())
            .writeTimeout(settings.read())
            .callTimeout(settings.call())
            .followRedirects(false)
            .followSslRedirects(false)
            .eventListenerFactory(SentMarker::of);
    if (settings.proxy() != null) {
      builder.proxy(settings.proxy());
    } else {
      builder.proxySelector(new EnvironmentProxies(System.getenv(), ProxySelector.getDefault()));
    }
    if (settings.caFile() != null) {
      X509TrustManager trust = Trust.systemAnd(settings.caFile());
      builder.sslSocketFactory(Trust.sockets(trust), trust);
    }
    client = builder.build();
    Duration idle = settings.streamIdle();
    streamClient = client.newBuilder().readTimeout(idle).build();
    Duration patience = settings.read().compareTo(SHORT) < 0 ? settings.read() : SHORT;
    shortClient = client.newBuilder().readTimeout(patience).build();
    maxResponseBytes = settings.maxResponseBytes();
    this.clock = clock;
  }

  /** A prepared call, which another thread can cancel. */
  public interface Exchange {
    /** Makes the call, blocking; at most once. */
    Reply run();

    /** Ends the call: {@link #run} returns {@link Reply.Cancelled}. Called by any thread. */
    void cancel();
  }

  /**
   * Prepares a POST.
   *
   * @param url the endpoint's, or that of another interface on the same host
   * @param stream whether the body asks for a stream
   * @param progress receives a stream's text
   * @param memory charged while the answer is received; {@link AnswerMemory#IN_ADVANCE} is already
   *     charged
   */
  public Exchange post(
      Endpoint endpoint,
      URI url,
      byte[] body,
      boolean stream,
      Progress progress,
      ContentMemory.Charge memory) {
    SentMarker marker = new SentMarker();
    String accept = stream ? "text/event-stream, application/json" : "application/json";
    Request request =
        request(endpoint, HttpUrl.get(url.toString()), accept, marker)
            .post(new OneShotBody(body))
            .build();
    Call call = (stream ? streamClient : client).newCall(request);
    return exchange(call, marker, progress, memory);
  }

  /** Prepares a GET of a response that the service works on in the background. */
  public Exchange ask(Endpoint endpoint, String id, ContentMemory.Charge memory) {
    SentMarker marker = new SentMarker();
    Request request =
        request(endpoint, response(endpoint, id).build(), "application/json", marker).build();
    return exchange(shortClient.newCall(request), marker, Progress.NONE, memory);
  }

  /** Prepares the cancellation of a response that the service works on in the background. */
  public Exchange end(Endpoint endpoint, String id, ContentMemory.Charge memory) {
    SentMarker marker = new SentMarker();
    HttpUrl url = response(endpoint, id).addPathSegment("cancel").build();
    Request request =
        request(endpoint, url, "application/json", marker)
            .post(new OneShotBody(new byte[0]))
            .build();
    return exchange(shortClient.newCall(request), marker, Progress.NONE, memory);
  }

  private static HttpUrl.Builder response(Endpoint endpoint, String id) {
    return HttpUrl.get(endpoint.url().toString()).newBuilder().addPathSegment(id);
  }

  private static Request.Builder request(
      Endpoint endpoint, HttpUrl url, String accept, SentMarker marker) {
    String key = endpoint.key().reveal();
    String keyHeader = endpoint.keyHeader();
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header(keyHeader, keyHeader.equals(Endpoint.BEARER) ? "Bearer " + key : key)
            .header("Accept", accept)
            .header("User-Agent", "warren-gptfs")
            .tag(SentMarker.class, marker);
    endpoint.headers().forEach(request::header);
    return request;
  }

  private Exchange exchange(
      Call call, SentMarker marker, Progress progress, ContentMemory.Charge memory) {
    return new Exchange() {
      @Override
      public Reply run() {
        return execute(call, marker, progress, new AnswerMemory(memory));
      }

      @Override
      public void cancel() {
        call.cancel();
        memory.cancel();
      }
    };
  }

  private Reply execute(Call call, SentMarker marker, Progress progress, AnswerMemory memory) {
    long start = clock.millis();
    try (Response response = call.execute()) {
      BufferedSource source = response.body().source();
      String type = response.header("Content-Type", "");
      if (response.code() == 200 && isStream(type)) {
        StreamReader reader = new StreamReader(maxResponseBytes, clock, start, progress, memory);
        byte @Nullable [] body = reader.read(source);
        return body == null
            ? new Reply.TooLong(maxResponseBytes)
            : new Reply.Answered(200, response.headers(), body, reader.firstTokenMillis());
      }
      Buffer buffer = new Buffer();
      while (buffer.size() <= maxResponseBytes) {
        memory.grownTo(buffer.size());
        if (source.read(buffer, 1 << 16) < 0) {
          byte[] body = buffer.readByteArray();
          return new Reply.Answered(
              response.code(),
              response.headers(),
              Repair.of(body, response.header("Content-Encoding"), maxResponseBytes),
              null);
        }
      }
      return new Reply.TooLong(maxResponseBytes);
    } catch (IOException e) {
      return failure(call, marker, e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // OkHttp throws these for some malformed responses: handled as one that cannot be read.
      IOException failure = new IOException(e.getMessage(), e);
      return marker.isSent() ? new Reply.Unclear(failure) : new Reply.NotSent(failure);
    }
  }

  private static boolean isStream(@Nullable String type) {
    return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
  }

  private static Reply failure(Call call, SentMarker marker, IOException e) {
    if (call.isCanceled() && !isTimeout(e)) {
      return new Reply.Cancelled();
    }
    if (marker.isSent()) {
      return new Reply.Unclear(e);
    }
    return isUntrusted(e) ? new Reply.Untrusted(e) : new Reply.NotSent(e);
  }

  /** OkHttp also cancels a call whose call timeout has passed. */
  private static boolean isTimeout(IOException e) {
    return e instanceof InterruptedIOException && "timeout".equals(e.getMessage());
  }

  private static boolean isUntrusted(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SSLPeerUnverifiedException
          || t instanceof CertificateException
          || t instanceof CertPathValidatorException) {
        return true;
      }
    }
    return false;
  }

  /** Cancels all in-flight calls. */
  public void cancelAll() {
    client.dispatcher().cancelAll();
  }

  @Override
  public void close() {
    cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
