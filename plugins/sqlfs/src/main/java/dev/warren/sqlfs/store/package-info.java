/**
 * The tables: reads are concurrent, and changes are made in one transaction at a time, each with
 * many steps.
 */
@NullMarked
package dev.warren.sqlfs.store;

import org.jspecify.annotations.NullMarked;
