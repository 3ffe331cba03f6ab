/** Snapshots of logical volumes by LVM's own commands (lvm(8), lvcreate(8), lvmreport(7)). A leaf. */
@NullMarked
package io.saddlebag.snapshot.lvm;

import org.jspecify.annotations.NullMarked;
