/**
 * The header of the PROXY protocol, in which a proxy tells the address of the client it connects
 * for.
 */
@NullMarked
package dev.warren.sftp.proxy;

import org.jspecify.annotations.NullMarked;
