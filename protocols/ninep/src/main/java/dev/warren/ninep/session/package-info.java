/**
 * What one connection holds: its fids, its attachments, its replies, and the shape of an operation.
 */
@NullMarked
package dev.warren.ninep.session;

import org.jspecify.annotations.NullMarked;
