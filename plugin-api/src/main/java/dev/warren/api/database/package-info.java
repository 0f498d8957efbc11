/** What plugins that keep something in a database need besides JDBC. */
@NullMarked
package dev.warren.api.database;

import org.jspecify.annotations.NullMarked;
