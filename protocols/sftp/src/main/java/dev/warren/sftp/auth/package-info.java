/**
 * Decides which users may log in, by keys, certificates and password hashes, and slows down
 * guessing.
 */
@NullMarked
package dev.warren.sftp.auth;

import org.jspecify.annotations.NullMarked;
