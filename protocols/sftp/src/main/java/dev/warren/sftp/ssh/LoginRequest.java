package dev.warren.sftp.ssh;

import java.util.Set;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.jspecify.annotations.Nullable;

/**
 * The start of a login request, parsed before MINA handles it.
 *
 * @param user the name that was given, which need not exist
 * @param method the authentication method
 * @param refusal the reason for failing, unless a later check finds another
 */
record LoginRequest(String user, String method, String refusal) {
  private static final String NONE = "none";
  private static final String PUBLIC_KEY = "publickey";

  /**
   * Parses a request without changing the buffer's position.
   *
   * @param methods the methods that are offered
   * @param algorithms the signature algorithms that are accepted
   * @throws SshException if the request is malformed
   */
  static LoginRequest peek(Buffer buffer, Set<String> methods, Set<String> algorithms)
      throws SshException {
    int start = buffer.rpos();
    try {
      String user = buffer.getString();
      String service = buffer.getString();
      String method = buffer.getString();
      if (!service.equals("ssh-connection")) {
        throw malformed("a request to log in for another service", null);
      }
      String refusal = "the request is malformed";
      if (!methods.contains(method)) {
        refusal = "log-ins by " + name(method) + " are off";
      } else if (method.equals(PUBLIC_KEY)) {
        boolean signed = buffer.getBoolean();
        String algorithm = buffer.getString();
        var _ = buffer.getBytes(); // the key
        if (signed) {
          var _ = buffer.getBytes();
        }
        refusal =
            algorithms.contains(algorithm)
                ? "the key, or its certificate, is not valid"
                : "signatures with " + name(algorithm) + " are not accepted";
      }
      return new LoginRequest(user, method, refusal);
    } catch (BufferException | IndexOutOfBoundsException e) {
      throw malformed("a request to log in that cannot be read", e);
    } finally {
      buffer.rpos(start);
    }
  }

  private static SshException malformed(String what, @Nullable Exception cause) {
    return new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, what, cause);
  }

  /** The client's name for something, if it is printable. */
  private static String name(String word) {
    return word.matches("[a-z0-9@.-]{1,64}") ? word : "an invalid name";
  }

  /** Whether the client only queries the methods, which it does by trying the method "none". */
  boolean isQuestion() {
    return method.equals(NONE);
  }
}
