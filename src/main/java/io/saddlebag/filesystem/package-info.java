/**
 * What reading any file system's structures needs: bounds, checksums, and failures that name the file system. What is read may be
 * damaged or made by anybody.
 */
@NullMarked
package io.saddlebag.filesystem;

import org.jspecify.annotations.NullMarked;
