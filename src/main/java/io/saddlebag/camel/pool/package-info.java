/** Disk pools as targets: {@code pool:disk?family=nightly}. */
@NullMarked
package io.saddlebag.camel.pool;

import org.jspecify.annotations.NullMarked;
