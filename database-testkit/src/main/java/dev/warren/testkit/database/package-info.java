/** Database servers for tests. */
@NullMarked
package dev.warren.testkit.database;

import org.jspecify.annotations.NullMarked;
