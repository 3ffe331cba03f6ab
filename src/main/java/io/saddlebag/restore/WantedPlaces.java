package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Where in an image the few objects lie that a restore wants, so that the others needn't be read (Q4). */
final class WantedPlaces {
    /** With more of them the image is read from its beginning. */
    static final int MOST = 20_000;

    /** About what a member's headers take, bytes; only to tell what is worth passing over. */
    private static final int HEADER_BYTES = 4096;

    /** Finding frames, and mounting, before the first of them is read; in jumps. */
    private static final int JUMPS_BEFORE = 3;

    private final Backup backup;
    private final Collection<ObjectEntry> objects;

    /**
     * Objects to be read one after the other, with what lies between them.
     *
     * @param objects in the image's order, at least one
     */
    record Run(List<ObjectEntry> objects) {
        /** Of the first one in the tar stream, bytes. */
        long from() {
            return objects.get(0).offset();
        }

        long bytes() {
            return end(objects.get(objects.size() - 1)) - from();
        }
    }

    private WantedPlaces(Backup backup, Collection<ObjectEntry> objects) {
        this.backup = backup;
        this.objects = objects;
    }

    /**
     * Those that are, or are below, one of the paths, and the folders above them; empty when there are none, or too many.
     *
     * @param isWanted whether a restore takes that object from this image; folders are always taken
     */
    static Optional<WantedPlaces> of(
            Catalog catalog, Backup backup, List<String> paths, Predicate<ObjectEntry> isWanted) throws IOException {
        BackupId id = backup.id();
        TreeMap<Long, ObjectEntry> byOffset = new TreeMap<>();
        for (String path : paths) {
            catalog.objects(id, path, object -> {
                boolean folder = object.type() == MemberType.DIRECTORY.letter();
                if (byOffset.size() <= MOST && (folder || isWanted.test(object))) {
                    byOffset.put(object.offset(), object);
                }
            });
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                String above = path.substring(0, slash);
                int nameAt = above.lastIndexOf('/') + 1;
                catalog.inFolder(id, above.substring(0, nameAt), above.substring(nameAt), 1).stream()
                        .filter(object -> object.path().equals(above))
                        .forEach(object -> byOffset.put(object.offset(), object));
            }
        }
        return paths.isEmpty() || byOffset.isEmpty() || byOffset.size() > MOST
                ? Optional.empty()
                : Optional.of(new WantedPlaces(backup, byOffset.values()));
    }

    boolean areFolders() {
        return objects.stream().allMatch(object -> object.type() == MemberType.DIRECTORY.letter());
    }

    int count() {
        return objects.size();
    }

    long dataBytes() {
        return objects.stream().mapToLong(ObjectEntry::size).sum();
    }

    /** What is read, in the image's order; empty when reading all of the image takes hardly longer, and proves more. */
    List<Run> runs(long jumpBytes) {
        List<Run> runs = new ArrayList<>();
        List<ObjectEntry> run = new ArrayList<>();
        long behind = 0;
        for (ObjectEntry object : objects) {
            if (!run.isEmpty() && object.offset() - behind >= jumpBytes) {
                runs.add(new Run(run));
                run = new ArrayList<>();
            }
            run.add(object);
            behind = end(object);
        }
        runs.add(new Run(run));
        long read = runs.stream().mapToLong(Run::bytes).sum();
        return backup.dataBytes() - read > (runs.size() + JUMPS_BEFORE) * jumpBytes ? runs : List.of();
    }

    private static long end(ObjectEntry object) {
        return object.offset() + HEADER_BYTES + object.size();
    }
}
