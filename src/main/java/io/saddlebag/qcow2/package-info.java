/**
 * Images of disks in QEMU's format qcow2 (D9; docs/formats/volume-image.md): written in one pass from a known map of clusters,
 * read at any place, also through a chain of images, and read in one pass. What is read may come from anybody. Knows disks,
 * and neither file systems nor backups.
 */
@NullMarked
package io.saddlebag.qcow2;

import org.jspecify.annotations.NullMarked;
