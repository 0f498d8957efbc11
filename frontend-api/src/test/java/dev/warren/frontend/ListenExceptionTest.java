package dev.warren.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each cause has its own advice, whichever library reports it. */
class ListenExceptionTest {
  private static String message(String address, Throwable cause) {
    return new ListenException("sftp", address, cause).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Address already in use",
        "Address already in use (Bind failed)",
        "bind(..) failed: Address already in use",
        "bind(..) failed with error(-98): Address already in use"
      })
  void anAddressInUse(String system) {
    assertThat(message("127.0.0.1:2022", new BindException(system)))
        .isEqualTo(
            "sftp cannot listen on 127.0.0.1:2022: Address already in use; \"ss -ltnp 'sport ="
                + " :2022'\" shows who does, or change sftp.listen");
  }

  @Test
  void aPortThatNeedsARight() {
    assertThat(message("0.0.0.0:22", new SocketException("Permission denied")))
        .isEqualTo(
            "sftp cannot listen on 0.0.0.0:22: Permission denied; an ordinary user needs the"
                + " capability CAP_NET_BIND_SERVICE for ports below 1024 (AmbientCapabilities= in a"
                + " systemd unit), or change sftp.listen");
  }

  @Test
  void anAddressOfAnotherMachine() {
    assertThat(message("192.0.2.1:2022", new BindException("Cannot assign requested address")))
        .isEqualTo(
            "sftp cannot listen on 192.0.2.1:2022: Cannot assign requested address; it is not an"
                + " address of this machine, and \"ip addr\" lists those that are, or change"
                + " sftp.listen");
  }

  static Stream<Exception> unknown() {
    return Stream.of(
        new UnknownHostException("no.invalid: Name or service not known"),
        new UnresolvedAddressException(),
        new SocketException("Unresolved address"));
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void aNameWithoutAnAddress(Exception cause) {
    assertThat(message("no.invalid:2022", cause))
        .isEqualTo(
            "sftp cannot listen on no.invalid:2022: there is no host 'no.invalid'; change"
                + " sftp.listen");
  }

  @Test
  void otherCausesHaveNoAdviceAndNoNameOfAClass() {
    assertThat(message("127.0.0.1:2022", new IOException("broken")))
        .isEqualTo("sftp cannot listen on 127.0.0.1:2022: broken");
    assertThat(message("127.0.0.1:2022", new AccessDeniedException("/x")))
        .isEqualTo("sftp cannot listen on 127.0.0.1:2022: /x: Permission denied");
  }

  @Test
  void aUnixSocketHasNoPort() {
    assertThat(message("unix:/a:5", new BindException("Address already in use")))
        .isEqualTo("sftp cannot listen on unix:/a:5: Address already in use");
    assertThat(new ListenException("sftp", "unix:/a", "a file is in the way"))
        .hasMessage("sftp cannot listen on unix:/a: a file is in the way");
  }
}
