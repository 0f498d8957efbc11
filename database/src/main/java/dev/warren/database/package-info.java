/** Drivers and pools of databases; nobody else knows which they are. */
@NullMarked
package dev.warren.database;

import org.jspecify.annotations.NullMarked;
