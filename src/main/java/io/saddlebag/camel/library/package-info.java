/** Library robots as a URI scheme: {@code library:vault?operation=inventory}. */
@NullMarked
package io.saddlebag.camel.library;

import org.jspecify.annotations.NullMarked;
