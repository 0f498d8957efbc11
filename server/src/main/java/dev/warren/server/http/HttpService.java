package dev.warren.server.http;

/** The objects that the connections of all addresses share. Use on the event loop only. */
final class HttpService {
  private final Answers answers;
  private final HostNames names;
  private final Bounds bounds;
  private final ConnectionQuota quota;
  private final Drops drops;
  private boolean ending;

  HttpService(Answers answers, HostNames names, Bounds bounds, ConnectionQuota quota, Drops drops) {
    this.answers = answers;
    this.names = names;
    this.bounds = bounds;
    this.quota = quota;
    this.drops = drops;
  }

  Answers answers() {
    return answers;
  }

  HostNames names() {
    return names;
  }

  Bounds bounds() {
    return bounds;
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
