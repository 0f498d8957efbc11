/** The host over HTTP, for people with a browser and for monitoring: read-only, on loopback. */
@NullMarked
package dev.warren.server.http;

import org.jspecify.annotations.NullMarked;
