/**
 * Random operations on two file systems that must agree: what {@link
 * dev.warren.testkit.FileSystemModelTest} runs.
 */
@NullMarked
package dev.warren.testkit.model;

import org.jspecify.annotations.NullMarked;
