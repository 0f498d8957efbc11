/**
 * The host as something to look at and to give orders to: what {@code sysfs} makes files of. Only
 * plugins that administer the host use this package.
 */
@NullMarked
package dev.warren.admin;

import org.jspecify.annotations.NullMarked;
