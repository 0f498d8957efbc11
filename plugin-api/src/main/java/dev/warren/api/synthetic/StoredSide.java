package dev.warren.api.synthetic;

/**
 * Makes a file readable and writable as one content.
 *
 * @param content the plugin's content
 * @param maxBytes the greatest size that clients can give it
 */
record StoredSide(StoredContent content, int maxBytes) {
  StoredSide {
    WriteSide.requireBound(maxBytes);
  }
}
