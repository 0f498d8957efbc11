package dev.warren.api;

import dev.warren.api.config.Config;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A command for operators that examines or repairs what an instance has stored: {@code warren
 * plugin PLUGIN COMMAND}. It runs in a process of its own, and the instance may be open in another
 * one, on this machine or elsewhere, at the same time.
 *
 * @param name lower-case letters, digits and hyphens
 * @param help what it does, in one or two sentences
 * @param action does it
 */
public record MaintenanceCommand(String name, String help, Action action) {
  /** What a command does. */
  @FunctionalInterface
  public interface Action {
    /**
     * Runs the command.
     *
     * @param context the services of the host for an instance with this configuration; its state
     *     directory is not created if it is missing
     * @param config values that conform to the plugin's specification and passed its check
     * @param output gets each line for the operator, without a line break, as soon as it is known
     * @return whether all is well; if not, the exit status is 1
     * @throws IOException if the command cannot be executed; the message says what to do about it
     * @throws InterruptedException if the thread was interrupted
     */
    boolean run(PluginContext context, Config config, Consumer<String> output)
        throws IOException, InterruptedException;
  }
}
