package dev.warren.api;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs calls on the calling thread, which stays until they return. */
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
  // the caller of start does not want to know whether the call succeeded
  @SuppressWarnings("EmptyCatch")
  public void start(String operation, VfsPath path, Command call) {
    try {
      call.run();
    } catch (FsException _) {
    }
  }
}
