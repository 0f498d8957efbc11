package dev.warren.api;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calls on the thread that asks, which stays until they return. */
final class DirectCalls implements BlockingCalls {
  static final DirectCalls INSTANCE = new DirectCalls();

  private static final Requester STAYS =
      new Requester() {
        @Override
        public boolean mayLeave() {
          return false;
        }

        @Override
        public boolean ask(BooleanSupplier action) {
          return action.getAsBoolean();
        }
      };

  private DirectCalls() {}

  @Override
  public <T extends @Nullable Object> T call(String operation, VfsPath path, Call<T> call)
      throws FsException {
    return call.make(STAYS);
  }

  @Override
  @SuppressWarnings("EmptyCatch") // whoever starts a call does not wait for what becomes of it
  public void start(String operation, VfsPath path, Command call) {
    try {
      call.run();
    } catch (FsException _) {
    }
  }
}
