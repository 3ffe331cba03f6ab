/**
 * Proves that images of disks boot (D9): restores one to a scratch file, starts it in QEMU without a network, and waits for a line
 * on its serial console. Knows of QEMU its command line only; nothing of file systems or the qcow2 format.
 */
@NullMarked
package io.saddlebag.boot;

import org.jspecify.annotations.NullMarked;
