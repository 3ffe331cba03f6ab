package io.saddlebag.camel.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The files of a routes folder, and the notes beside them. Safe for one thread at a time. */
public interface RouteFiles {
    /** More files than this are an accident: somebody pointed at the wrong folder. */
    int MAX_FILES = 2_000;

    /** A bigger file isn't one of routes. */
    int MAX_FILE_BYTES = 1 << 20;

    /** What can be seen of a file without reading it. */
    record Seen(Path file, long sizeBytes, Instant modifiedAt) {}

    /**
     * The files of routes below a folder, sorted by path: {@code *.yaml} and {@code *.yml}, without hidden and temporary
     * ones.
     *
     * @throws IOException also when the folder is missing: a folder that isn't mounted is no folder without routes
     */
    List<Seen> list(Path folder) throws IOException;

    /** As {@link #list}, without the folders in it. */
    List<Seen> listFlat(Path folder) throws IOException;

    boolean isFolder(Path path);

    /** @throws IOException also when it is bigger than {@link #MAX_FILE_BYTES} */
    byte[] read(Path file) throws IOException;

    /** Puts a note beside the file, {@code <file>.error}, whole or not at all; the one there before is replaced. */
    void writeNote(Path file, String text) throws IOException;

    /** Nothing happens when there is none. */
    void deleteNote(Path file) throws IOException;
}
