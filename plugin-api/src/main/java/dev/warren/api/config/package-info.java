/** The specification of a plugin's configuration, and its values. */
@NullMarked
package dev.warren.api.config;

import org.jspecify.annotations.NullMarked;
