package io.saddlebag.testing;

import java.io.IOException;
import java.nio.file.Path;

/** A file as a block device, until it is closed. */
public record LoopDevice(Path path) implements AutoCloseable {
    public static LoopDevice of(Path file, Object... options) throws IOException, InterruptedException {
        Program.needRoot();
        Program.need("losetup");
        Object[] command = new Object[options.length + 4];
        command[0] = "losetup";
        command[1] = "-f";
        command[2] = "--show";
        System.arraycopy(options, 0, command, 3, options.length);
        command[command.length - 1] = file;
        return new LoopDevice(Path.of(Program.run(file.getParent(), command).strip()));
    }

    @Override
    public void close() throws IOException {
        try {
            Program.run(Path.of("/"), "losetup", "-d", path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + path + " was given back", e);
        }
    }
}
