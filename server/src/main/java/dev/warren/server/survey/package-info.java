/** Queries to parties that may never respond. */
@NullMarked
package dev.warren.server.survey;

import org.jspecify.annotations.NullMarked;
