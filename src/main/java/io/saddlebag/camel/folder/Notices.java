package io.saddlebag.camel.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators about refused files: once in the log, and in a note beside the file for as long as it is refused. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final RouteFiles files;
    private final Map<Path, List<Finding>> told = new HashMap<>();
    private final Set<Path> mended = new HashSet<>();

    Notices(RouteFiles files) {
        this.files = files;
    }

    void refused(Path file, List<Finding> findings, boolean olderRuns, Instant at) {
        mended.remove(file);
        if (findings.equals(told.put(file, findings))) {
            return;
        }
        String what = findings.stream().map(Finding::text).collect(Collectors.joining("\n"));
        String fate = olderRuns ? "the version before it runs on" : "nothing of it runs";
        LOG.error("routes file {} was refused, {}\n{}", file, fate, what);
        try {
            files.writeNote(file, file.getFileName() + " was refused at " + at + ", " + fate + ".\n\n" + what + "\n");
        } catch (IOException e) {
            LOG.warn("no note could be put beside {}: {}", file, e.toString());
        }
    }

    /** Takes the note away, also one of an earlier run. */
    void mended(Path file) {
        told.remove(file);
        if (mended.add(file)) {
            try {
                files.deleteNote(file);
            } catch (IOException e) {
                LOG.warn("the note beside {} is out of date and can't be deleted: {}", file, e.toString());
            }
        }
    }

    void forget(Path file) {
        mended(file);
        mended.remove(file);
    }

    void accepted(List<Finding> warnings) {
        for (Finding warning : warnings) {
            LOG.warn("{}", warning.text());
        }
    }

    void loaded(Path file, List<String> routes) {
        LOG.info("routes file {} loaded: {}", file, routes);
    }

    void removed(Path file, List<String> routes) {
        LOG.info("routes file {} was deleted, and so are {}", file, routes);
    }

    void waits(Path file, String why) {
        LOG.info("the new version of routes file {} waits: {}", file, why);
    }

    void unreadable(Path folder, String why) {
        LOG.error("routes folder {} can't be read, what runs goes on: {}", folder, why);
    }
}
