/**
 * Disk pools: images as plain files in folders, or wherever a store puts them (M24). Knows how an image gets its name whole
 * or never, how it is read back, and when it may be removed (C13); not who made it, and not Camel.
 */
@NullMarked
package io.saddlebag.pool;

import org.jspecify.annotations.NullMarked;
