/**
 * Protected framing (M7; docs/formats/protected-framing.md): tape blocks that say which block of which section they are,
 * that prove themselves, and of which any one in a group can be rebuilt. Knows no drive, no labels and no volumes.
 */
@NullMarked
package io.saddlebag.framing;

import org.jspecify.annotations.NullMarked;
