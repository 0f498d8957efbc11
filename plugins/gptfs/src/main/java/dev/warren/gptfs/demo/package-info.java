/** A stand-in for a model's API, so that a first try needs no key and no network. */
@NullMarked
package dev.warren.gptfs.demo;

import org.jspecify.annotations.NullMarked;
