/**
 * A robot with drives and cartridges in memory: the simulator that tests and rehearsals run on, with faults on demand.
 * Knows the memory drives that it serves, and nothing of what is written on a cartridge.
 */
@NullMarked
package io.saddlebag.library.memory;

import org.jspecify.annotations.NullMarked;
