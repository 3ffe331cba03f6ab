/**
 * The tape drive as a port: one block a call, filemarks, positions. Does not know labels, images, robots or SCSI.
 */
@NullMarked
package io.saddlebag.tape;

import org.jspecify.annotations.NullMarked;
