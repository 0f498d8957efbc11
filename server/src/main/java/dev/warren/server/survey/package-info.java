/** Asking parties that may never answer. */
@NullMarked
package dev.warren.server.survey;

import org.jspecify.annotations.NullMarked;
