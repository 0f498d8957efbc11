/**
 * The configuration file: read, checked against what plugins and front ends take, with positions.
 */
@NullMarked
package dev.warren.server.config;

import org.jspecify.annotations.NullMarked;
