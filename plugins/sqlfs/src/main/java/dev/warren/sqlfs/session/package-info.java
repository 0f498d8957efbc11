/** Sessions of hosts that use the database, and the deletion of files that no host needs. */
@NullMarked
package dev.warren.sqlfs.session;

import org.jspecify.annotations.NullMarked;
