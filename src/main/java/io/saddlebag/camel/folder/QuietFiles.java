package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.RouteFiles.Seen;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells files that somebody is still writing from those that have come to rest, by looking at them again and again.
 * Deletions have to rest, too: many editors save by deleting the file and making it anew.
 */
final class QuietFiles {
    private record Mark(Optional<Seen> seen, Instant since) {}

    private final Duration quiet;
    private final Clock clock;
    private final Map<Path, Mark> marks = new HashMap<>();

    QuietFiles(Duration quiet, Clock clock) {
        this.quiet = quiet;
        this.clock = clock;
    }

    /** The files that are at rest, with what was seen of them; nothing was seen of a deleted one. */
    Map<Path, Optional<Seen>> look(List<Seen> now) {
        Instant at = clock.instant();
        Set<Path> gone = new HashSet<>(marks.keySet());
        Map<Path, Optional<Seen>> atRest = new TreeMap<>();
        for (Seen seen : now) {
            gone.remove(seen.file());
            look(seen.file(), Optional.of(seen), at, atRest);
        }
        for (Path file : gone) {
            look(file, Optional.empty(), at, atRest);
        }
        return atRest;
    }

    private void look(Path file, Optional<Seen> seen, Instant at, Map<Path, Optional<Seen>> atRest) {
        Mark before = marks.get(file);
        // a clock that was set back must not keep a file waiting for hours
        boolean same =
                before != null && before.seen().equals(seen) && !before.since().isAfter(at);
        Instant since = same && before != null ? before.since() : at;
        if (before == null && seen.isPresent() && seen.get().modifiedAt().isBefore(at)) {
            // when it is seen for the first time, its own time says how long it has been at rest
            since = seen.get().modifiedAt();
        }
        marks.put(file, new Mark(seen, since));
        if (!since.plus(quiet).isAfter(at)) {
            atRest.put(file, seen);
        }
    }

    void forget(Path file) {
        marks.remove(file);
    }
}
