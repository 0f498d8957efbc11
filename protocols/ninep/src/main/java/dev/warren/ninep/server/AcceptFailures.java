package dev.warren.ninep.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that connections cannot be accepted: one line at once, then one a minute with the number of
 * further failures. Netty retries every second and would log each failure with a stack trace. The
 * last handler of a listener's channel, for its event loop.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final long AGAIN = Duration.ofMinutes(1).toNanos();

  private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private final ListenAddress address;
  private final LongSupplier nanoTime;
  private boolean said;
  private long saidAt;
  private int more;

  AcceptFailures(ListenAddress address, LongSupplier nanoTime) {
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
    String reason = String.valueOf(cause.getMessage());
    log.warn(
        "cannot accept connections on {}: {}{}{}",
        address,
        reason,
        reason.contains("Too many open files")
            ? " (raise the limit of open files: LimitNOFILE of the unit, or ulimit -n)"
            : "",
        more > 0 ? "; " + more + " times more since the last line" : "");
    said = true;
    saidAt = now;
    more = 0;
  }
}
