package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.StateNames;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of an image are the newest of a state (D2). Thread-safe. Memory: {@value #REMEMBERED} names, those that
 * were asked for last with their neighbours (Q9).
 */
final class NewestObjects {
    /** Many pages: lanes that are read at once may be far from each other in a folder. */
    static final int REMEMBERED = 200_000;

    private final BackupId backup;
    private final @Nullable StateNames<Newest> state;

    private NewestObjects(BackupId backup, @Nullable CatalogState state) {
        this.backup = backup;
        this.state = state == null ? null : new StateNames<>(state, StateNames.PAGE, REMEMBERED, Newest::of);
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
    private @Nullable Newest newest(String path) throws IOException {
        int nameAt = path.lastIndexOf('/') + 1;
        return state == null ? null : state.find(path.substring(0, nameAt), path.substring(nameAt));
    }

    /** @param backup the one that holds it */
    private record Newest(BackupId backup, boolean folder) {
        static Newest of(StateObject object) {
            return new Newest(object.backup(), object.object().type() == MemberType.DIRECTORY.letter());
        }
    }
}
