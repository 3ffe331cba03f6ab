/**
 * Logical units of iSCSI targets (RFC 7143), reached from user space through libiscsi: no kernel driver, no rights beyond
 * a TCP connection. The library's own event loop, retries and reconnection are not used.
 */
@NullMarked
package io.saddlebag.scsi.iscsi;

import org.jspecify.annotations.NullMarked;
