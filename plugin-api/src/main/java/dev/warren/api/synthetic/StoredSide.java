package dev.warren.api.synthetic;

/**
 * That a file is read and written as a whole content.
 *
 * @param content the plugin's
 * @param maxBytes the greatest size that clients can give it
 */
record StoredSide(StoredContent content, int maxBytes) {
  StoredSide {
    WriteSide.requireBound(maxBytes);
  }
}
