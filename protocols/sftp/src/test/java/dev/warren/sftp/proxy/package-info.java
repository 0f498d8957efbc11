@NullMarked
package dev.warren.sftp.proxy;

import org.jspecify.annotations.NullMarked;
