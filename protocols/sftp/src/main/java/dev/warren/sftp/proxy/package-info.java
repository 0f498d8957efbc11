/**
 * The header of the PROXY protocol, in which a proxy gives the address of the client for which it
 * connects.
 */
@NullMarked
package dev.warren.sftp.proxy;

import org.jspecify.annotations.NullMarked;
