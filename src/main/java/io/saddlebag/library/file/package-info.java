/**
 * A library that is a folder: cartridges are files, the robot's memory is {@code library.json}, and several processes may
 * use it at once. Knows the file drives that it serves, and nothing of what is written on a cartridge. Format:
 * docs/formats/virtual-library.md.
 */
@NullMarked
package io.saddlebag.library.file;

import org.jspecify.annotations.NullMarked;
