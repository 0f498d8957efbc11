/**
 * Database drivers and connection pools; the rest of the host does not depend on which they are.
 */
@NullMarked
package dev.warren.database;

import org.jspecify.annotations.NullMarked;
