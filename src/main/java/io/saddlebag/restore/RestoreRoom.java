package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Refuses a restore for which a file system has no room, before anything is touched (C7). */
final class RestoreRoom {
    /** Beside the data: names, folders, and what the file system itself needs. */
    private static final long MARGIN_BYTES = 16L << 20;

    private final RestoreServices services;

    RestoreRoom(RestoreServices services) {
        this.services = services;
    }

    void require(Backup backup, List<RestorePlan.Step> steps, RestoreRequest request) throws IOException {
        long all = steps.stream().mapToLong(RestorePlan.Step::bytes).sum();
        List<Placement.Pair> pairs = Destinations.of(request, RestorePlanner.roots(backup));
        Map<String, Path> places = new LinkedHashMap<>();
        Map<String, Long> needed = new LinkedHashMap<>();
        for (Placement.Pair pair : pairs) {
            places.putIfAbsent(fileSystem(existingAbove(pair.target())), existingAbove(pair.target()));
        }
        for (Placement.Pair pair : pairs) {
            long bytes = places.size() == 1 ? all : bytesBelow(pair, pairs, steps);
            needed.merge(fileSystem(existingAbove(pair.target())), bytes, Long::sum);
        }
        for (Map.Entry<String, Path> each : places.entrySet()) {
            require(
                    backup,
                    each.getValue(),
                    Math.min(all, needed.getOrDefault(each.getKey(), 0L)),
                    before(pairs, each.getKey(), request));
        }
    }

    /** What a database's restore that died had staged there goes into this one, or makes room for it. */
    private long before(List<Placement.Pair> pairs, String fileSystem, RestoreRequest request) throws IOException {
        List<Path> places = new ArrayList<>();
        for (Placement.Pair pair : pairs) {
            boolean swapped = request.database() != null
                    && request.target() == null
                    && request.objects().isEmpty();
            if (swapped && fileSystem(existingAbove(pair.target())).equals(fileSystem)) {
                places.add(pair.target());
            }
        }
        return StagesBefore.bytesBefore(services.files(), places);
    }

    /** A link leads anywhere: what is behind it is asked by itself. */
    private String fileSystem(Path existing) throws IOException {
        FileStatus there = services.files().status(existing);
        return there.is(FileKind.LINK)
                ? existing.toString()
                : Long.toString(there.key().device());
    }

    /** An upper bound: of several images of one state, an object may be in each. */
    private long bytesBelow(Placement.Pair pair, List<Placement.Pair> pairs, List<RestorePlan.Step> steps)
            throws IOException {
        Bytes bytes = new Bytes();
        for (RestorePlan.Step step : steps) {
            services.catalog().objects(step.backup().id(), pair.source().toString(), object -> {
                Path path = Path.of(object.path());
                // the pair with the longest source takes it
                boolean here = pairs.stream()
                        .filter(each -> path.startsWith(each.source()))
                        .findFirst()
                        .filter(pair::equals)
                        .isPresent();
                if (here) {
                    bytes.sum += object.size();
                }
            });
        }
        return bytes.sum;
    }

    private void require(Backup backup, Path place, long bytes, long staged) throws IOException {
        long usable = services.files().usableSpaceBytes(place) + staged;
        if (usable < bytes + MARGIN_BYTES) {
            throw new BackupException(
                    RestoreFault.NO_ROOM,
                    "backup " + backup.id() + " needs " + ByteCount.of(bytes) + " and the file system of " + place
                            + " has " + ByteCount.of(usable) + " left; what is there now stays until the"
                            + " restore is done",
                    "Free some space, remove what an earlier restore kept ('*.saddlebag-before-*'), or restore to"
                            + " another place with --to.");
        }
    }

    private Path existingAbove(Path place) throws IOException {
        Path up = place.toAbsolutePath();
        while (up.getParent() != null && !services.files().exists(up)) {
            up = up.getParent();
        }
        return up;
    }

    private static final class Bytes {
        private long sum;
    }
}
