/** Snapshots of a whole file system by cloning the file that its device is made of, while it is frozen. A leaf. */
@NullMarked
package io.saddlebag.snapshot.freeze;

import org.jspecify.annotations.NullMarked;
