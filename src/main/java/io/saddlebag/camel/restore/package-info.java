/** Restores as a URI scheme: {@code restore:request} for request files, {@code restore:orders} by name. */
@NullMarked
package io.saddlebag.camel.restore;

import org.jspecify.annotations.NullMarked;
