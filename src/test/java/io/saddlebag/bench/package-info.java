/** Measurements beside the peers, started by the scripts in {@code scripts/bench}; never part of a build. */
@NullMarked
package io.saddlebag.bench;

import org.jspecify.annotations.NullMarked;
