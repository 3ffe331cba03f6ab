/**
 * Tape drives that are spoken to in SCSI (SSC-3), over any transport. Knows no labels and no robots.
 */
@NullMarked
package io.saddlebag.tape.scsi;

import org.jspecify.annotations.NullMarked;
