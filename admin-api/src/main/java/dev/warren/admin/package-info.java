/**
 * Monitoring and control of the running host, which {@code sysfs} presents as files. Only plugins
 * that administer the host use this package.
 */
@NullMarked
package dev.warren.admin;

import org.jspecify.annotations.NullMarked;
