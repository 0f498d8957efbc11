/** The second example of the plugin author's guide, and its queue. */
@NullMarked
package org.example.kvfs;

import org.jspecify.annotations.NullMarked;
