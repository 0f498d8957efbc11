/**
 * Who may log in: users, their keys, certificates and password hashes, and slowing down guesses.
 */
@NullMarked
package dev.warren.sftp.auth;

import org.jspecify.annotations.NullMarked;
