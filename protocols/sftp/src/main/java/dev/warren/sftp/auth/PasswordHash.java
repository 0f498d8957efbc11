package dev.warren.sftp.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password hash from the configuration: bcrypt ({@code $2b$…}) or argon2 ({@code $argon2id$…}).
 * Immutable. By design, checking a password takes a good part of a second.
 */
public abstract sealed class PasswordHash {
  /** Maximum length of a password in UTF-8 bytes; longer ones do not match. */
  static final int MAX_PASSWORD = 1024;

  /** bcrypt ignores the rest of a longer password, so longer ones do not match. */
  private static final int MAX_BCRYPT_PASSWORD = 72;

  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");
  private static final Pattern ARGON2 =
      Pattern.compile(
          "\\$argon2(id|i|d)\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,172})");

  private PasswordHash() {}

  /** Whether this is the hash of a password. */
  public abstract boolean matches(String password);

  /** How many bytes of heap a check uses. */
  abstract long memory();

  /** The algorithm with its parameters. Checks of hashes with equal effort take equally long. */
  abstract String effort();

  /**
   * Parses a hash.
   *
   * @throws IllegalArgumentException for any other text, in particular a plain password; the
   *     message never repeats the text
   */
  public static PasswordHash parse(String text) {
    Matcher bcrypt = BCRYPT.matcher(text);
    if (bcrypt.matches()) {
      int cost = Integer.parseInt(bcrypt.group(1));
      if (cost < 8 || cost > 16) {
        throw new IllegalArgumentException("a bcrypt hash needs a cost of 8 to 16, not " + cost);
      }
      return new Bcrypt(text);
    }
    Matcher argon2 = ARGON2.matcher(text);
    if (argon2.matches()) {
      return Argon2.parse(argon2);
    }
    throw new IllegalArgumentException(
        "a password is given as its bcrypt ($2b$...) or argon2 ($argon2id$v=19$...) hash only");
  }

  private static final class Bcrypt extends PasswordHash {
    private final String hash;

    Bcrypt(String hash) {
      this.hash = hash;
    }

    @Override
    long memory() {
      return 16 << 10; // four tables of 1 KiB, and other state
    }

    @Override
    String effort() {
      return "bcrypt " + hash.substring(4, 6);
    }

    @Override
    public boolean matches(String password) {
      byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
      boolean fits = bytes.length <= MAX_BCRYPT_PASSWORD;
      boolean same = OpenBSDBCrypt.checkPassword(hash, fits ? bytes : new byte[] {0});
      return fits && same;
    }
  }

  private static final class Argon2 extends PasswordHash {
    private static final int MAX_KIBIBYTES = 256 * 1024;
    private static final int MAX_PASSES = 20;
    private static final int MAX_LANES = 16;

    private final Argon2Parameters parameters;
    private final byte[] hash;

    Argon2(Argon2Parameters parameters, byte[] hash) {
      this.parameters = parameters;
      this.hash = hash;
    }

    static Argon2 parse(Matcher m) {
      int type =
          switch (m.group(1)) {
            case "id" -> Argon2Parameters.ARGON2_id;
            case "i" -> Argon2Parameters.ARGON2_i;
            default -> Argon2Parameters.ARGON2_d;
          };
      int memory = Integer.parseInt(m.group(2));
      int passes = Integer.parseInt(m.group(3));
      int lanes = Integer.parseInt(m.group(4));
      if (memory < 8 * lanes
          || memory > MAX_KIBIBYTES
          || passes < 1
          || passes > MAX_PASSES
          || lanes < 1
          || lanes > MAX_LANES) {
        throw new IllegalArgumentException(
            "an argon2 hash needs m up to %d, t up to %d and p up to %d"
                .formatted(MAX_KIBIBYTES, MAX_PASSES, MAX_LANES));
      }
      Argon2Parameters parameters =
          new Argon2Parameters.Builder(type)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memory)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(Base64.getDecoder().decode(m.group(5)))
              .build();
      return new Argon2(parameters, Base64.getDecoder().decode(m.group(6)));
    }

    @Override
    long memory() {
      return parameters.getMemory() * 1024L * 5 / 4; // each block of 1 KiB is an array
    }

    @Override
    String effort() {
      return "argon2 type %d m=%d t=%d p=%d, %d bytes"
          .formatted(
              parameters.getType(),
              parameters.getMemory(),
              parameters.getIterations(),
              parameters.getLanes(),
              hash.length);
    }

    @Override
    public boolean matches(String password) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(parameters);
      byte[] computed = new byte[hash.length];
      byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
      boolean fits = bytes.length <= MAX_PASSWORD;
      generator.generateBytes(fits ? bytes : new byte[0], computed);
      boolean same = MessageDigest.isEqual(computed, hash);
      Arrays.fill(bytes, (byte) 0);
      return fits && same;
    }
  }
}
