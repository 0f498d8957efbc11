/**
 * The host's status over HTTP, for people with a browser and for monitoring: read-only, on loopback
 * by default.
 */
@NullMarked
package dev.warren.server.http;

import org.jspecify.annotations.NullMarked;
