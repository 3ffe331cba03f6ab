/**
 * Disks as members of backup images (D9; docs/formats/volume-image.md): one qcow2 image of what is used, or of what has changed
 * since another image, and beside it a hash of each cluster, by which the next one knows what has changed. Knows disks, file
 * systems' maps and formats; neither jobs nor catalog.
 */
@NullMarked
package io.saddlebag.diskimage;

import org.jspecify.annotations.NullMarked;
