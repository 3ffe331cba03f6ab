package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of an image are the newest of a state (D2). Thread-safe. Memory: the names of the folders that were asked for
 * last.
 */
final class NewestObjects {
    /** Names remembered; one folder is, however large. */
    static final int REMEMBERED = 200_000;

    private final BackupId backup;
    private final @Nullable CatalogState state;
    private final LinkedHashMap<String, Map<String, Newest>> folders = new LinkedHashMap<>(16, 0.75f, true);
    private long names;

    private NewestObjects(BackupId backup, @Nullable CatalogState state) {
        this.backup = backup;
        this.state = state;
    }

    static NewestObjects of(Catalog catalog, RestorePlan.Step step) {
        // images of a database that are put together all count, one after the other
        boolean alone = step.state().size() == 1 || step.isCombined();
        return new NewestObjects(
                step.backup().id(),
                alone
                        ? null
                        : catalog.state(step.state().stream().map(Backup::id).toList()));
    }

    /**
     * Without what a newer image has, and what was deleted since. Folders of the state, and those on the way to something
     * wanted, are let through whichever image they are from: the newest comes last.
     */
    MemberSink only(MemberSink sink, Placement placement) {
        if (state == null) {
            return sink;
        }
        return member -> {
            if (isWanted(member.member(), placement)) {
                sink.accept(member);
            }
        };
    }

    /** Whether the image gives this object to the state. */
    boolean isFromHere(String path) {
        try {
            Newest newest = state == null ? null : newest(path);
            return state == null || (newest != null && newest.backup().equals(backup));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isWanted(ImageMember member, Placement placement) throws IOException {
        String path = member.exactPath();
        boolean folder = member.type() == MemberType.DIRECTORY;
        if (folder && !placement.wants(path)) {
            return true;
        }
        Newest newest = newest(path);
        return newest != null && (folder ? newest.folder() : newest.backup().equals(backup));
    }

    /** Null when it isn't in the state. */
    private synchronized @Nullable Newest newest(String path) throws IOException {
        int nameAt = path.lastIndexOf('/') + 1;
        return folder(path.substring(0, nameAt)).get(path.substring(nameAt));
    }

    private Map<String, Newest> folder(String folder) throws IOException {
        Map<String, Newest> known = folders.get(folder);
        if (known != null || state == null) {
            return known == null ? Map.of() : known;
        }
        Map<String, Newest> read = new HashMap<>();
        for (StateObject each : state.folder(folder)) {
            read.put(each.name(), new Newest(each.backup(), each.object().type() == MemberType.DIRECTORY.letter()));
        }
        Iterator<Map<String, Newest>> eldest = folders.values().iterator();
        while (names + read.size() > REMEMBERED && eldest.hasNext()) {
            names -= 1 + eldest.next().size();
            eldest.remove();
        }
        folders.put(folder, read);
        names += 1 + read.size();
        return read;
    }

    /** @param backup the one that holds it */
    private record Newest(BackupId backup, boolean folder) {}
}
