/** Finding plugins, keeping them apart, and what the host gives to them. */
@NullMarked
package dev.warren.server.plugin;

import org.jspecify.annotations.NullMarked;
