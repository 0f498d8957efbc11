/** JSON as the host writes it: its log and the state that it shows. */
@NullMarked
package dev.warren.server.json;

import org.jspecify.annotations.NullMarked;
