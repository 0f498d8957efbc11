package dev.warren.sftp.owner;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The user and key that a client logs in with.
 *
 * @param user the login name
 * @param identity the file of the private key; null if the client finds the key itself
 */
public record Login(String user, @Nullable Path identity) {}
