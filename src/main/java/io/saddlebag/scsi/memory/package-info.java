/**
 * SCSI devices in memory that behave as the worst real ones may, command by command, for tests of everything above the
 * transport.
 */
@NullMarked
package io.saddlebag.scsi.memory;

import org.jspecify.annotations.NullMarked;
