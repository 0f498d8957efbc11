@NullMarked
package dev.warren.sftp.source;

import org.jspecify.annotations.NullMarked;
