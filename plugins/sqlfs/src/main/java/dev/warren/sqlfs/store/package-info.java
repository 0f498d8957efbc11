/**
 * The tables, and how they are read and written: many steps a transaction, one transaction at a
 * time.
 */
@NullMarked
package dev.warren.sqlfs.store;

import org.jspecify.annotations.NullMarked;
