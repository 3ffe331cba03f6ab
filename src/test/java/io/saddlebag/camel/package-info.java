/** Saddlebag's components in routes, on a node whose use cases are real and whose devices are in memory. */
@NullMarked
package io.saddlebag.camel;

import org.jspecify.annotations.NullMarked;
