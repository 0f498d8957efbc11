package dev.warren.server.http;

import dev.warren.api.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that connections cannot be accepted, and once a minute how often: Netty retries every second
 * and would log each failure with a stack trace. The last handler of a listener's channel; used on
 * its event loop.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final long AGAIN = Duration.ofMinutes(1).toNanos();

  private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private final String address;
  private final LongSupplier nanoTime;
  private boolean said;
  private long saidAt;
  private int more;

  /**
   * @param address the listener's address, for the log
   */
  AcceptFailures(String address, LongSupplier nanoTime) {
    this.address = address;
    this.nanoTime = nanoTime;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    long now = nanoTime.getAsLong();
    if (said && now - saidAt < AGAIN) {
      more++;
      return;
    }
    log.warn(
        "cannot accept connections on {}: {}{}",
        address,
        Reason.of(cause),
        more > 0 ? "; " + more + " times more since the last line" : "",
        Reason.mistake(cause));
    said = true;
    saidAt = now;
    more = 0;
  }
}
