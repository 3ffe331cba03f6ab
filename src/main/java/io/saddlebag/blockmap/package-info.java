/**
 * Which clusters of a disk its file system uses (D9), read from the disk itself: ext2, ext3 and ext4, XFS, NTFS. What is read
 * may be damaged or made by anybody: it is checked before it is believed, and refused where the answer could be wrong, since a
 * cluster that is left out of an image is lost. Knows disks, and neither mounts nor images.
 */
@NullMarked
package io.saddlebag.blockmap;

import org.jspecify.annotations.NullMarked;
