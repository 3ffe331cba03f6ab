/**
 * What an interrupted backup goes on from (D6), kept in small files outside of the catalog. It knows where an image can be gone on with, not
 * how that is done.
 */
@NullMarked
package io.saddlebag.checkpoint;

import org.jspecify.annotations.NullMarked;
