/** {@code piece:}: stores, fetches, lists and removes streams by name (M26). */
@NullMarked
package io.saddlebag.camel.piece;

import org.jspecify.annotations.NullMarked;
