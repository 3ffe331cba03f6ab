/**
 * The file systems ext2, ext3 and ext4, read without mounting them (D9): superblock and groups, and files for whoever wants one of
 * them out of an image. What is read may be damaged or made by anybody: it is checked, and every walk ends.
 */
@NullMarked
package io.saddlebag.ext;

import org.jspecify.annotations.NullMarked;
