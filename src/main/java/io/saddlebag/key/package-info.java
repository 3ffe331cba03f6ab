/** The keys of a node, by name: for whom images are encrypted, and what opens them. Does not know where they are kept. */
@NullMarked
package io.saddlebag.key;

import org.jspecify.annotations.NullMarked;
