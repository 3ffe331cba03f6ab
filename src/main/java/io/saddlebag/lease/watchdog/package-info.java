/**
 * The watchdog as a process of its own: started with each lease, outlives whoever holds the lease, and brings the source
 * back. The holder talks to it through its standard input and output; what a lease is good for is kept in a folder.
 */
@NullMarked
package io.saddlebag.lease.watchdog;

import org.jspecify.annotations.NullMarked;
