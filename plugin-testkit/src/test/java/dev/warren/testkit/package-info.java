/** Tests of the test kit. Its contract for file systems is tested with a file system: in memfs. */
@NullMarked
package dev.warren.testkit;

import org.jspecify.annotations.NullMarked;
