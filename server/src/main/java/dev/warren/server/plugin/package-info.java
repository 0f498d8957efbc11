/** Finding plugins, isolating them from each other, and the services that the host gives them. */
@NullMarked
package dev.warren.server.plugin;

import org.jspecify.annotations.NullMarked;
