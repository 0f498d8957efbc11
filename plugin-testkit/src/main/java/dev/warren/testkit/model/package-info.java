/**
 * Random operations on two file systems that must agree; used by {@link
 * dev.warren.testkit.FileSystemModelTest}.
 */
@NullMarked
package dev.warren.testkit.model;

import org.jspecify.annotations.NullMarked;
