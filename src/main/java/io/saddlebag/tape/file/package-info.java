/**
 * Virtual cartridges: files in the SIMH magnetic tape format with a description beside each, and the drive that reads
 * and writes them. Does not know robots or labels. Format: docs/formats/virtual-cartridge.md.
 */
@NullMarked
package io.saddlebag.tape.file;

import org.jspecify.annotations.NullMarked;
