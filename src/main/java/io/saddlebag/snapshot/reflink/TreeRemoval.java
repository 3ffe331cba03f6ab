package io.saddlebag.snapshot.reflink;

import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Deletes a tree, links themselves and never what they point to. No effect when it is gone. */
final class TreeRemoval {
    private TreeRemoval() {}

    static void remove(HostFiles files, Path path) throws IOException {
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
