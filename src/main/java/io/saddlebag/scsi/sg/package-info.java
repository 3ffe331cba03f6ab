/** Devices of this machine through the SCSI generic driver of Linux, {@code /dev/sg*} (M3). */
@NullMarked
package io.saddlebag.scsi.sg;

import org.jspecify.annotations.NullMarked;
