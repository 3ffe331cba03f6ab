package io.saddlebag.snapshot;

import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Deletes a tree, links themselves and never what they point to. No effect when it is gone. */
public final class TreeRemoval {
    private TreeRemoval() {}

    /** Another process may go on with what a failure left. */
    public static void remove(HostFiles files, Path path) throws IOException {
        if (!files.exists(path)) {
            return;
        }
        if (files.status(path).is(FileKind.FOLDER)) {
            for (Path child : files.list(path)) {
                remove(files, child);
            }
        }
        files.delete(path);
    }
}
