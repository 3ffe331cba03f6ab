/**
 * SCSI as a host speaks it to tape drives and media changers: command blocks, sense data and pages as bytes and records
 * (SPC-4, SSC-3, SMC-3), and the port through which commands reach a device. Knows no tape, no volume, no robot policy.
 */
@NullMarked
package io.saddlebag.scsi;

import org.jspecify.annotations.NullMarked;
