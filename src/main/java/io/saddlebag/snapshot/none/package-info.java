/** The provider that freezes nothing: for sources that stand still until the image is written. */
@NullMarked
package io.saddlebag.snapshot.none;

import org.jspecify.annotations.NullMarked;
