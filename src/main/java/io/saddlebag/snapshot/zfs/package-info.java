/** Snapshots of ZFS datasets by {@code zfs} (zfs-snapshot(8), zfs-hold(8), zfs-destroy(8)). A leaf. */
@NullMarked
package io.saddlebag.snapshot.zfs;

import org.jspecify.annotations.NullMarked;
