/**
 * A tape drive and its cartridges in memory: the simulator that tests and rehearsals run on, with faults on demand. Does
 * not know robots, labels or files.
 */
@NullMarked
package io.saddlebag.tape.memory;

import org.jspecify.annotations.NullMarked;
