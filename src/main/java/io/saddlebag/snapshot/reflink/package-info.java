/** Snapshots of file trees as clones of each file, on XFS and Btrfs (ioctl_ficlone(2)). A leaf. */
@NullMarked
package io.saddlebag.snapshot.reflink;

import org.jspecify.annotations.NullMarked;
