/**
 * A robot that speaks SMC-3 over any transport, and which of its elements hold which drives. Knows no volumes.
 */
@NullMarked
package io.saddlebag.library.scsi;

import org.jspecify.annotations.NullMarked;
