package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageMember;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides what happens where something is already (C7). One thread. */
final class PlaceChooser {
    private final HostFiles files;
    private final Placement placement;
    private final RestoreRequest.Existing existing;
    private final DurableBatch batch;
    private final TreeSink.Notes notes;

    PlaceChooser(
            HostFiles files,
            Placement placement,
            RestoreRequest.Existing existing,
            DurableBatch batch,
            TreeSink.Notes notes) {
        this.files = files;
        this.placement = placement;
        this.existing = existing;
        this.batch = batch;
        this.notes = notes;
    }

    /** Takes away the empty folder that is to be replaced; the last step before the object gets its name. */
    void clear(Place place, ImageMember member) throws IOException {
        if (place.collision() != Collision.REPLACE_EMPTY_FOLDER) {
            return;
        }
        try {
            files.delete(place.path());
        } catch (BackupException e) {
            if (e.is(FileFault.NOT_EMPTY)) {
                throw new BackupException(
                        RestoreFault.IN_THE_WAY,
                        "folder " + place.path() + " stands where " + member.absolutePath() + " belongs",
                        "Move the folder away, or restore to another place with --to.",
                        e);
            }
            throw e;
        }
    }

    /** Null when what is there stays. */
    @Nullable
    Place choose(Path target, ImageMember member, FileKind kind) throws IOException {
        batch.nameIfHeld(target);
        FileStatus there = files.find(target).orElse(null);
        Collision collision =
                Collision.of(existing, there, kind, member.attributes().times().modified());
        boolean otherTop =
                placement.isTop(target) && there != null && (kind == FileKind.FOLDER) != there.is(FileKind.FOLDER);
        switch (otherTop && collision != Collision.KEEP_OTHER_KIND ? Collision.REFUSE : collision) {
            case KEEP_OTHER_KIND -> {
                placement.leaveOut(member);
                notes.note(member.absolutePath() + ": is left out with all below it; " + target
                        + " stands in its place and was kept");
                return null;
            }
            case KEEP -> {
                return null;
            }
            case RENAME -> {
                Path renamed = renamed(target);
                if (kind == FileKind.FOLDER) {
                    placement.rename(member);
                }
                return new Place(renamed, collision);
            }
            case REFUSE ->
                throw new BackupException(
                        RestoreFault.IN_THE_WAY,
                        target + " is " + word(Objects.requireNonNull(there).kind()) + ", and " + word(kind)
                                + " belongs there",
                        "Move it away, or restore to another place with --to.");
            case NEW, MERGE, REPLACE, REPLACE_EMPTY_FOLDER -> {
                return new Place(target, collision);
            }
        }
        throw new IllegalStateException("no such collision: " + collision);
    }

    private static String word(FileKind kind) {
        return switch (kind) {
            case FOLDER -> "a folder";
            case LINK -> "a link";
            default -> "a file";
        };
    }

    private Path renamed(Path target) throws IOException {
        Path place = suffixed(target);
        if (files.exists(place)) {
            throw new BackupException(
                    RestoreFault.IN_THE_WAY,
                    place + " is there already, from an earlier restore",
                    "Move it away, or choose replace, keep or keep-newer.");
        }
        return place;
    }

    /** Where an object goes that is to be renamed. */
    Path suffixed(Path target) {
        return target.resolveSibling(target.getFileName() + placement.suffix());
    }

    /** Where an object goes, and what has to make room for it. */
    record Place(Path path, Collision collision) {}
}
