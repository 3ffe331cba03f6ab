package io.saddlebag.snapshot.vss;

import io.saddlebag.snapshot.SnapshotFailure;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.DosFileAttributes;

/**
 * Volumes as Windows' drive letters. A volume that is mounted in a folder is refused: a snapshot of the drive that holds
 * the folder shows the living volume there.
 */
public final class DriveLetters implements VolumeMap {
    @Override
    public Place placeOf(Path path) throws IOException {
        if (!FileSystems.getDefault().getSeparator().equals("\\")) {
            throw SnapshotFailure.unsuitable("this is not Windows", "Choose another snapshot provider.");
        }
        Path real = path.toRealPath();
        Path top = real.getRoot();
        WindowsPath parsed = WindowsPath.parse(real.toString())
                .orElseThrow(() -> SnapshotFailure.unsuitable(
                        real + " is not on a drive with a letter", "Give its volume a letter, or leave it out."));
        if (top == null) {
            throw new IllegalStateException(real + " is absolute and has no root");
        }
        for (Path at = real; at != null && !at.equals(top); at = at.getParent()) {
            if (Files.readAttributes(at, DosFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw SnapshotFailure.unsuitable(
                        at + " is a mounted volume or another reparse point",
                        "Give that volume a letter of its own, and name the path there.");
            }
        }
        return new Place(parsed.drive(), top.relativize(real));
    }
}
