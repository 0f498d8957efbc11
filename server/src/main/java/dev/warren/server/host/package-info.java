/** The host's life cycle: open, mount, serve, reload, drain, close. */
@NullMarked
package dev.warren.server.host;

import org.jspecify.annotations.NullMarked;
