/** {@code recover:}: brings a database to a point by its journals (R7, R8). */
@NullMarked
package io.saddlebag.camel.recover;

import org.jspecify.annotations.NullMarked;
