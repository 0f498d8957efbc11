/** The SFTP front end. */
@NullMarked
package dev.warren.sftp;

import org.jspecify.annotations.NullMarked;
