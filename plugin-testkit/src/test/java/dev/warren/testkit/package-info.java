/**
 * Tests of the test kit. What it says about file systems is tested where there is one: in memfs.
 */
@NullMarked
package dev.warren.testkit;

import org.jspecify.annotations.NullMarked;
