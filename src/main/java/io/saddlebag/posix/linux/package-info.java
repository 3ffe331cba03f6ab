/**
 * The calls of Linux through JNA, on x86-64 and aarch64. A leaf: only the composition and tests name it.
 */
@NullMarked
package io.saddlebag.posix.linux;

import org.jspecify.annotations.NullMarked;
