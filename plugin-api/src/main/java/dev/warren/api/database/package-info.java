/** What plugins that store data in a database need in addition to JDBC. */
@NullMarked
package dev.warren.api.database;

import org.jspecify.annotations.NullMarked;
