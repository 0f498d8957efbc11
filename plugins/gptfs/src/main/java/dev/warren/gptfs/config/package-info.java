/** The configuration, checked and typed. */
@NullMarked
package dev.warren.gptfs.config;

import org.jspecify.annotations.NullMarked;
