package dev.warren.frontend;

import dev.warren.api.Reason;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A front end cannot listen on an address. The message names both and says what to do; it is the
 * same for all front ends, whichever library binds the address.
 */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1;

  /** Netty's native transport names the system call before the system's message. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

  private static final Pattern TCP = Pattern.compile("(?!unix:)(.+):(\\d{1,5})");

  private static final String IN_USE = "Address already in use";

  /**
   * Describes a failed bind.
   *
   * @param frontEnd the front end's name
   * @param address the address as in the configuration: {@code HOST:PORT} or {@code unix:PATH}
   * @param cause why it cannot be bound
   */
  public ListenException(String frontEnd, String address, Throwable cause) {
    super(message(frontEnd, address, why(frontEnd, address, cause)), cause);
  }

  /**
   * Describes an address that was not tried.
   *
   * @param why the reason, in words
   */
  public ListenException(String frontEnd, String address, String why) {
    super(message(frontEnd, address, why));
  }

  private static String message(String frontEnd, String address, String why) {
    return "%s cannot listen on %s: %s".formatted(frontEnd, address, why);
  }

  private static String why(String frontEnd, String address, Throwable cause) {
    Matcher tcp = TCP.matcher(address);
    boolean isTcp = tcp.matches();
    String change = "change %s.listen".formatted(frontEnd);
    if (isTcp && isUnknown(cause)) {
      return "there is no host '%s'; %s".formatted(tcp.group(1), change);
    }
    String reason = SYSTEM_CALL.matcher(Reason.of(cause)).replaceFirst("");
    if (!isTcp) {
      return reason;
    }
    return switch (reason) {
      case String text when text.startsWith(IN_USE) ->
          "%s; \"ss -ltnp 'sport = :%s'\" shows who does, or %s"
              .formatted(IN_USE, tcp.group(2), change);
      case String text when text.startsWith("Permission denied") ->
          "Permission denied; an ordinary user needs the capability CAP_NET_BIND_SERVICE for ports"
              + " below 1024 (AmbientCapabilities= in a systemd unit), or "
              + change;
      case String text when text.startsWith("Cannot assign requested address") ->
          "Cannot assign requested address; it is not an address of this machine, and \"ip addr\""
              + " lists those that are, or "
              + change;
      default -> reason;
    };
  }

  /** Java's sockets and Netty report a name without an address by different exceptions. */
  private static boolean isUnknown(Throwable cause) {
    return cause instanceof UnknownHostException
        || cause instanceof UnresolvedAddressException
        || "Unresolved address".equals(cause.getMessage());
  }
}
