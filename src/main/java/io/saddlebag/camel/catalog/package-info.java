/** The catalog as a URI scheme: {@code catalog:list?name=orders}. */
@NullMarked
package io.saddlebag.camel.catalog;

import org.jspecify.annotations.NullMarked;
