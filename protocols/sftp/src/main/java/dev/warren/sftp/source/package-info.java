/** Where connections come from: what strangers may hold, and what is said of those refused. */
@NullMarked
package dev.warren.sftp.source;

import org.jspecify.annotations.NullMarked;
