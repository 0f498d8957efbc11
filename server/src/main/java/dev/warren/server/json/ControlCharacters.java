package dev.warren.server.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/**
 * Escapes DEL, the control characters beyond ASCII, and those that change the direction of text,
 * which JSON itself does not require. Surrogates are left to the generator.
 */
final class ControlCharacters extends CharacterEscapes {
  private static final long serialVersionUID = 1;
  private static final char DEL = 0x7f;

  private final int[] ascii = standardAsciiEscapesForJSON();

  ControlCharacters() {
    ascii[DEL] = ESCAPE_STANDARD;
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return ascii;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int character) {
    return UnseenCharacters.contains(character) && !isSurrogate(character)
        ? new SerializedString(String.format(Locale.ROOT, "\\u%04x", character))
        : null;
  }

  private static boolean isSurrogate(int character) {
    return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
  }
}
