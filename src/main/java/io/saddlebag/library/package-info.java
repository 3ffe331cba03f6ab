/**
 * The robot as a port: elements, inventory, moves. Does not know what is written on a cartridge.
 */
@NullMarked
package io.saddlebag.library;

import org.jspecify.annotations.NullMarked;
