/**
 * Sizes as types, so that no number travels without its unit. Knows nothing else.
 */
@NullMarked
package io.saddlebag.quantity;

import org.jspecify.annotations.NullMarked;
