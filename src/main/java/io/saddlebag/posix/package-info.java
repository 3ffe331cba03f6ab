/**
 * The calls of a POSIX system that Java lacks, as a port: freezing, cloning, subvolumes, mounting, owners, device nodes,
 * extended attributes. Knows nothing of backups. The real calls are in {@code posix.linux}.
 */
@NullMarked
package io.saddlebag.posix;

import org.jspecify.annotations.NullMarked;
