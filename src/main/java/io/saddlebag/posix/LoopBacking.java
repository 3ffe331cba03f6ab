package io.saddlebag.posix;

import java.nio.file.Path;

/**
 * The file under a loop device (loop(4)).
 *
 * @param offsetBytes where in the file the device begins
 */
public record LoopBacking(Path file, long offsetBytes) {}
