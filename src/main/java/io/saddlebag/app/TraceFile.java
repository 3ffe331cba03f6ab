package io.saddlebag.app;

import io.saddlebag.librarian.PieceTrace;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trace of the librarian (M26) that grows at its end. It may begin with what pieces begin with, so it is made readable by its owner
 * alone. Each line is one write, so that those of several processes never mix.
 */
final class TraceFile implements PieceTrace.Lines {
    private static final Logger LOG = LoggerFactory.getLogger(TraceFile.class);

    private final Path file;
    private final FileOutputStream out;
    private boolean failed;

    private TraceFile(Path file, FileOutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** @throws IOException when it can't be opened for writing */
    static TraceFile open(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // whoever made it has said who reads it
        }
        return new TraceFile(file, new FileOutputStream(file.toFile(), true));
    }

    @Override
    public synchronized void line(String text) {
        try {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                LOG.warn("the trace {} lacks lines: {}", file, e.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
