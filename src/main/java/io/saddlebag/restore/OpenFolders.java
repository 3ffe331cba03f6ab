package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The folders on the way down to what is being restored; each gets its attributes when everything in it is done. One thread. */
final class OpenFolders {
    private final HostFiles files;
    private final RestoredFolders folders;
    private final RestoredAttributes attributes;
    private final DurableBatch batch;
    private final TreeSink.Manner manner;
    private final Deque<OpenFolder> open = new ArrayDeque<>();

    OpenFolders(
            HostFiles files,
            RestoredFolders folders,
            RestoredAttributes attributes,
            DurableBatch batch,
            TreeSink.Manner manner) {
        this.files = files;
        this.folders = folders;
        this.attributes = attributes;
        this.batch = batch;
        this.manner = manner;
    }

    void leaveAll() throws IOException {
        while (!open.isEmpty()) {
            leave(open.pop());
        }
    }

    /** Makes what is missing of the folders above. */
    void makeParents(Path target) throws IOException {
        if (!open.isEmpty() && open.peek().path().equals(target.getParent())) {
            return;
        }
        Deque<Path> missing = new ArrayDeque<>();
        for (Path up = target.getParent(); up != null && !files.exists(up); up = up.getParent()) {
            missing.push(up);
        }
        for (Path folder : missing) {
            if (folders.make(folder)) {
                syncParent(folder);
            }
        }
    }

    /** Goes into a folder, which is made if it isn't there. */
    void enter(Path folder, MemberAttributes wanted) throws IOException {
        if (folders.make(folder)) {
            made(folder, wanted);
            return;
        }
        FileStatus there = files.status(folder);
        if (!there.is(FileKind.FOLDER)) {
            throw new BackupException(
                    FileFault.EXISTS,
                    folder + " is no folder, and one belongs there",
                    "Move it away, or restore to another place with --to.");
        }
        if (folders.endLater()) {
            folders.keep(folder, wanted);
        }
        var existing = manner.existing();
        boolean keeps = !folders.wasMade(folder)
                && (existing == RestoreRequest.Existing.KEEP
                        || existing == RestoreRequest.Existing.RENAME
                        || (existing == RestoreRequest.Existing.KEEP_NEWER
                                && there.times()
                                        .modified()
                                        .isAfter(wanted.times().modified())));
        open.push(new OpenFolder(folder, keeps || folders.endLater() ? null : wanted));
    }

    /** A folder that wasn't there before. */
    void made(Path folder, MemberAttributes wanted) throws IOException {
        if (folders.endLater()) {
            folders.keep(folder, wanted);
        }
        touched(folder);
        open.push(new OpenFolder(folder, folders.endLater() ? null : wanted));
    }

    void leaveAllNotAbove(Path target) throws IOException {
        while (!open.isEmpty() && !target.startsWith(open.peek().path())) {
            leave(open.pop());
        }
    }

    private void leave(OpenFolder folder) throws IOException {
        MemberAttributes wanted = folder.attributes();
        if (wanted != null) {
            batch.then(() -> {
                attributes.set(folder.path(), wanted);
                attributes.setFlags(folder.path(), wanted);
            });
        }
        if (manner.durability() != TreeSink.Durability.BY_CALLER) {
            batch.syncFolder(folder.path());
        }
    }

    /** Something in it got or lost its name. */
    void touched(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent != null && (open.isEmpty() || !open.peek().path().equals(parent))) {
            syncParent(place);
        }
    }

    private void syncParent(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent != null && manner.durability() != TreeSink.Durability.BY_CALLER) {
            batch.syncFolder(parent);
        }
    }

    /** @param attributes what it gets when everything in it is done; null when it keeps its own */
    private record OpenFolder(Path path, @Nullable MemberAttributes attributes) {}
}
