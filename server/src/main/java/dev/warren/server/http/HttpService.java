package dev.warren.server.http;

/** The objects that the connections of all addresses share. Use on the event loop only. */
final class HttpService {
  private final Responses responses;
  private final HostNames names;
  private final HttpLimits httpLimits;
  private final ConnectionQuota quota;
  private final Drops drops;
  private boolean ending;

  HttpService(
      Responses responses,
      HostNames names,
      HttpLimits httpLimits,
      ConnectionQuota quota,
      Drops drops) {
    this.responses = responses;
    this.names = names;
    this.httpLimits = httpLimits;
    this.quota = quota;
    this.drops = drops;
  }

  Responses responses() {
    return responses;
  }

  HostNames names() {
    return names;
  }

  HttpLimits limits() {
    return httpLimits;
  }

  ConnectionQuota quota() {
    return quota;
  }

  Drops drops() {
    return drops;
  }

  /** Whether every connection closes after its next response. */
  boolean isEnding() {
    return ending;
  }

  void end() {
    ending = true;
  }
}
