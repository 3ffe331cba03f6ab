/**
 * Quiesce leases: whoever stops, freezes or quiesces a source holds a lease with a deadline, kept by a watchdog outside
 * the process, so that the source comes back whatever dies (W20).
 */
@NullMarked
package io.saddlebag.lease;

import org.jspecify.annotations.NullMarked;
