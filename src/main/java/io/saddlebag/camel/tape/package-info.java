/** Volumes of a library as a target: {@code tape:vault?family=nightly}. */
@NullMarked
package io.saddlebag.camel.tape;

import org.jspecify.annotations.NullMarked;
