package dev.warren.gptfs.store;

import java.sql.SQLException;

/** A write was refused: another host owns the row now, or the row is deleted. */
final class LostRowException extends SQLException {
  private static final long serialVersionUID = 1;

  LostRowException(String message) {
    super(message);
  }
}
