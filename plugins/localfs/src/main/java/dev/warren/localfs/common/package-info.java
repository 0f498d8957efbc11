/** What both implementations of localfs use. */
@NullMarked
package dev.warren.localfs.common;

import org.jspecify.annotations.NullMarked;
