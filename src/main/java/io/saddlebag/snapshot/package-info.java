/**
 * The snapshot provider as a port: a frozen view of file-system paths and how consistent it is.
 */
@NullMarked
package io.saddlebag.snapshot;

import org.jspecify.annotations.NullMarked;
