/**
 * Devices of a Windows machine through its SCSI pass-through (M3). Built against the documented interface (Windows driver kit,
 * ntddscsi.h) and tested with a played kernel: it has not run on Windows.
 */
@NullMarked
package io.saddlebag.scsi.windows;

import org.jspecify.annotations.NullMarked;
