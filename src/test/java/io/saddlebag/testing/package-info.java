/** Real engines for tests of any package. */
@NullMarked
package io.saddlebag.testing;

import org.jspecify.annotations.NullMarked;
