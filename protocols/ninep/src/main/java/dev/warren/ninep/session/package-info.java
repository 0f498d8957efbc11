/**
 * The state of one connection: its fids, attachments and replies, and the base class of operations.
 */
@NullMarked
package dev.warren.ninep.session;

import org.jspecify.annotations.NullMarked;
