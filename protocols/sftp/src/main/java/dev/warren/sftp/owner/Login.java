package dev.warren.sftp.owner;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a client says who it is.
 *
 * @param user the name to log in with
 * @param identity the file of the private key; null where the client's own choice is right
 */
public record Login(String user, @Nullable Path identity) {}
