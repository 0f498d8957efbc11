/** Hosts that use the database, and what is left when one of them ends. */
@NullMarked
package dev.warren.sqlfs.session;

import org.jspecify.annotations.NullMarked;
