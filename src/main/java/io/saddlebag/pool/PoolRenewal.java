package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.FileRights;
import io.saddlebag.protection.Owner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts files with other headers in the places of an image's (X10). What the catalog says meanwhile, and in which order, is the caller's.
 * Thread-safe; one renewal is of one thread.
 */
public final class PoolRenewal {
    private final Pool pool;
    private final PoolStore.Renewals renewals;

    PoolRenewal(Pool pool, PoolStore.Renewals renewals) {
        this.pool = pool;
        this.renewals = renewals;
    }

    /** Where a file's renewal stands. */
    public enum State {
        /** What shall take its place is there, whole. */
        WAITS,
        /** It is in its place; the file itself may be damaged since. */
        DONE,
        /** The file is as it was, and nothing takes its place. */
        NOT_TO_BE_DONE
    }

    /** A name for a renewal that no other has; nothing is made yet. */
    public String name() throws IOException {
        return renewals.name();
    }

    /**
     * Writes what shall take the place of a section, with the same owner and mode. On return it is durable.
     *
     * @param rights that were said of the image
     * @param data read to its end, not closed
     * @return the section as it will be
     * @throws BackupException {@link PoolFault#NO_ROOM}, {@link PoolFault#RIGHTS}
     */
    public PoolFile stage(String renewal, PoolFile section, FileRights rights, InputStream data)
            throws IOException, InterruptedException {
        CRC32C check = new CRC32C();
        long bytes =
                renewals.stage(renewal, section.path(), section.path(), rights, new CheckedInputStream(data, check));
        return new PoolFile(section.pool(), section.path(), section.section(), bytes, check.getValue(), null);
    }

    /**
     * The image as it will be: what waits, and else what is there. End of stream is reported only when each section is as given.
     *
     * @param sections as they will be
     */
    public InputStream read(String renewal, List<PoolFile> sections) {
        return new PoolInput(
                new FileOpening() {
                    @Override
                    public InputStream open(PoolFile file) throws IOException {
                        Optional<InputStream> waiting = renewals.open(renewal, file.path());
                        return waiting.isPresent()
                                ? waiting.get()
                                : pool.files().open(file.path(), file.bytes());
                    }

                    @Override
                    public boolean isKnown(PoolFile file, long bytes, long crc32c) {
                        return false;
                    }
                },
                sections);
    }

    /**
     * Reads a file whole to find out where it stands.
     *
     * @param was before
     * @param becomes with the other header
     */
    public State state(String renewal, PoolFile was, PoolFile becomes) throws IOException {
        // this first: somebody else may settle it, too, and when it doesn't wait any more, it is in its place
        Optional<InputStream> waiting = renewals.open(renewal, becomes.path());
        if (waiting.isPresent()) {
            try (InputStream in = waiting.get()) {
                return isWhole(in, becomes) ? State.WAITS : State.NOT_TO_BE_DONE;
            }
        }
        try (InputStream in = pool.files().open(becomes.path())) {
            return isWhole(in, was) ? State.NOT_TO_BE_DONE : State.DONE;
        } catch (BackupException e) {
            if (e.is(PoolFault.MISSING)) {
                return State.DONE;
            }
            throw e;
        }
    }

    private static boolean isWhole(InputStream in, PoolFile file) throws IOException {
        CRC32C check = new CRC32C();
        long bytes = new CheckedInputStream(in, check).transferTo(OutputStream.nullOutputStream());
        return bytes == file.bytes() && check.getValue() == file.crc32c();
    }

    /**
     * Puts what waits into its place, and then writes the labels anew, so that none says of an older file what is true of a newer one
     * only. Doing it twice does no harm.
     *
     * @param sections all of the image, as they will be
     */
    public void place(String renewal, Backup backup, List<PoolFile> sections, List<String> layers)
            throws IOException, InterruptedException {
        for (PoolFile each : sections) {
            if (renewals.isStaged(renewal, each.path())) {
                renewals.place(renewal, each.path());
            }
        }
        FileRights rights = BackupRights.of(backup.about().facts()).said();
        for (PoolFile each : sections) {
            PoolLabel before = label(each.path());
            PoolLabel after = before == null
                    ? made(backup, each, layers, each.section() == sections.size())
                    : before.renewed(each, layers);
            if (!after.equals(before)) {
                String path = PoolPaths.label(each.path());
                renewals.stage(renewal, path, each.path(), rights, new ByteArrayInputStream(after.toJson()));
                renewals.place(renewal, path);
            }
        }
    }

    /** @return null when there is none that can be read */
    private @Nullable PoolLabel label(String path) throws IOException {
        try {
            return pool.label(path).orElse(null);
        } catch (BackupException e) {
            if (!e.is(PoolFault.FOREIGN)) {
                throw e;
            }
            return null;
        }
    }

    /** Without one, whoever rebuilds the catalog would ask for the old keys. */
    private static PoolLabel made(Backup backup, PoolFile file, List<String> layers, boolean last) {
        FileRights said = BackupRights.of(backup.about().facts()).said();
        Owner owner = said.owner();
        return new PoolLabel(
                backup.about().imageId(),
                backup.about().name(),
                backup.about().job(),
                owner == null ? "" : owner.toString(),
                said.isSaid() ? said.protectionOrDefault().toString() : null,
                backup.about().host(),
                backup.about().at(),
                layers,
                PoolPaths.parse(file.path()).map(PoolPaths.Named::family).orElse(null),
                file.section(),
                last,
                file.bytes(),
                file.crc32c(),
                file.expires());
    }

    /** Removes all that still waits. */
    public void remove(String renewal) throws IOException {
        renewals.remove(renewal);
    }
}
