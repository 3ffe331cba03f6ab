/** Consistency groups as a URI scheme: {@code group:shopfront?operation=backup&pool=disk}. */
@NullMarked
package io.saddlebag.camel.group;

import org.jspecify.annotations.NullMarked;
