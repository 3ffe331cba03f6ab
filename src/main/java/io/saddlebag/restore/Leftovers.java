package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files under way that a restore left whose process died (C7, W21). They are looked for in all folders that it restored to,
 * once, at the next start. Thread-safe.
 */
public final class Leftovers {
    /** Kind of obligation. */
    public static final String REMOVE = "remove-leftovers";

    private static final String PLACE = "place.";

    private final HostFiles files;
    private final JobLog log;
    private final Instances instances;

    public Leftovers(HostFiles files, JobLog log, Instances instances) {
        this.files = files;
        this.log = log;
        this.instances = instances;
    }

    static Map<String, String> facts(List<Path> places) {
        Map<String, String> facts = new HashMap<>();
        for (int i = 0; i < places.size(); i++) {
            facts.put(PLACE + i, places.get(i).toString());
        }
        return facts;
    }

    /**
     * @param facts the obligation's
     * @throws BackupException {@link RestoreFault#STILL_RESTORING} when a job that lives restores to the same place, whose
     *     files look the same
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException {
        List<Path> places = places(facts);
        for (Obligation other : log.owed()) {
            if (other.kind().equals(REMOVE) && overlap(places, places(other.facts())) && lives(other)) {
                throw new BackupException(
                        RestoreFault.STILL_RESTORING,
                        "job " + other.job() + " restores to the same place",
                        "What a dead process left there is removed when a node starts after that job has ended.");
            }
        }
        long removed = 0;
        try (Anchor anchor = files.anchor(places)) {
            for (Path place : places) {
                removed += remove(anchor.files(), place);
            }
        }
        if (removed > 0) {
            transcript.line("recovery: removed " + removed + " unfinished files");
        }
    }

    private boolean lives(Obligation other) throws IOException {
        Job job = log.find(other.job()).orElse(null);
        String owner = job == null || job.state().ended() ? null : job.owner();
        return owner != null && instances.alive(owner);
    }

    private static long remove(HostFiles files, Path place) throws IOException {
        long removed = 0;
        Deque<Path> folders = new ArrayDeque<>();
        folders.push(place);
        while (!folders.isEmpty()) {
            Path folder = folders.pop();
            for (Path path : list(files, folder)) {
                FileKind kind = kind(files, path);
                if (kind == FileKind.FOLDER) {
                    folders.push(path);
                } else if (kind != null && isUnderWay(path)) {
                    files.delete(path);
                    removed++;
                }
            }
        }
        return removed;
    }

    private static boolean isUnderWay(Path path) {
        return path.getFileName().toString().startsWith(HostFiles.UNDER_WAY);
    }

    private static List<Path> list(HostFiles files, Path folder) throws IOException {
        try {
            return kind(files, folder) == FileKind.FOLDER ? files.list(folder) : List.of();
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return List.of();
            }
            throw e;
        }
    }

    /** @return null when it is gone */
    private static @Nullable FileKind kind(HostFiles files, Path path) throws IOException {
        try {
            return files.status(path).kind();
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean overlap(List<Path> some, List<Path> others) {
        return some.stream()
                .anyMatch(one -> others.stream().anyMatch(other -> one.startsWith(other) || other.startsWith(one)));
    }

    private static List<Path> places(Map<String, String> facts) {
        List<Path> places = new ArrayList<>();
        for (int i = 0; facts.containsKey(PLACE + i); i++) {
            places.add(Path.of(Objects.requireNonNull(facts.get(PLACE + i))));
        }
        return places;
    }
}
