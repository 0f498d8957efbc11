/** What the configuration says, checked and typed. */
@NullMarked
package dev.warren.gptfs.config;

import org.jspecify.annotations.NullMarked;
