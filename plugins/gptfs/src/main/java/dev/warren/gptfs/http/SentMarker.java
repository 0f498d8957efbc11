package dev.warren.gptfs.http;

import okhttp3.Call;
import okhttp3.EventListener;

/** Records whether any part of a request may have been sent. */
final class SentMarker extends EventListener {
  private volatile boolean sent;

  boolean isSent() {
    return sent;
  }

  @Override
  public void requestHeadersStart(Call call) {
    sent = true;
  }

  /** The marker that the call's request carries. */
  static EventListener of(Call call) {
    SentMarker marker = call.request().tag(SentMarker.class);
    return marker == null ? EventListener.NONE : marker;
  }
}
