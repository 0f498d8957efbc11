/**
 * The configuration file: reading it, and checking it against the specifications of plugins and
 * front ends, with positions.
 */
@NullMarked
package dev.warren.server.config;

import org.jspecify.annotations.NullMarked;
