/** Real programs of others that play hardware for tests. */
@NullMarked
package io.saddlebag.lab;

import org.jspecify.annotations.NullMarked;
