/** The life of the host: open, mount, serve, reload, drain, close. */
@NullMarked
package dev.warren.server.host;

import org.jspecify.annotations.NullMarked;
