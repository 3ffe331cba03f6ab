/**
 * Disks as bytes at places: block devices, files that hold a file system, images of either. Knows no file system, no image
 * format and no machine; the ports are implemented in {@code disk.local}.
 */
@NullMarked
package io.saddlebag.disk;

import org.jspecify.annotations.NullMarked;
