/** One running node as its faces see it: the services by name. Composed in {@code app}; knows no Camel. */
@NullMarked
package io.saddlebag.node;

import org.jspecify.annotations.NullMarked;
