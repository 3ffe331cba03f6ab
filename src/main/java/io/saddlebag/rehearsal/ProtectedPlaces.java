package io.saddlebag.rehearsal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Where nothing of a rehearsal may be: sources of backups, archives of journals, pools, libraries, this node's own folders. */
public interface ProtectedPlaces {
    /** What each is, by its absolute path, as far as that can be told now. */
    Map<Path, String> places() throws IOException, InterruptedException;
}
