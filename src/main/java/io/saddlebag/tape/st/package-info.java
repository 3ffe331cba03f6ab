/**
 * Drives through the tape driver of Linux, {@code /dev/nst*} (M3). The kernel speaks SCSI here: where it must be led
 * round its habits (filemarks of its own, errors told late, space that ends in turns) that is done in this package.
 */
@NullMarked
package io.saddlebag.tape.st;

import org.jspecify.annotations.NullMarked;
