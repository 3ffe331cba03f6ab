/** Databases as a URI scheme: {@code database:orders?operation=stop}. */
@NullMarked
package io.saddlebag.camel.database;

import org.jspecify.annotations.NullMarked;
