/** Snapshots of Btrfs subvolumes (btrfs-subvolume(8)). A leaf. */
@NullMarked
package io.saddlebag.snapshot.btrfs;

import org.jspecify.annotations.NullMarked;
