/**
 * The real machine: programs, waiting, files, loop-mounted file systems. A leaf: only the composition and tests name it.
 * What Java itself can't do it asks of the {@code posix} port.
 */
@NullMarked
package io.saddlebag.host.local;

import org.jspecify.annotations.NullMarked;
