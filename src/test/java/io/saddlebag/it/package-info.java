/** Real databases, real files, real processes: what must hold when they die, run full or are used wrongly. */
@NullMarked
package io.saddlebag.it;

import org.jspecify.annotations.NullMarked;
