package dev.warren.gptfs.store;

import java.sql.SQLException;

/** A write of a row that another host owns by now, or that is gone. */
final class LostRowException extends SQLException {
  private static final long serialVersionUID = 1;

  LostRowException(String message) {
    super(message);
  }
}
