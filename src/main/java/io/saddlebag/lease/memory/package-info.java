/** A watchdog without a process, for simulations: it acts when its owner lets it look at the clock. */
@NullMarked
package io.saddlebag.lease.memory;

import org.jspecify.annotations.NullMarked;
