/** {@code journal:} endpoints: one pass, or continuous backup. */
@NullMarked
package io.saddlebag.camel.journal;

import org.jspecify.annotations.NullMarked;
