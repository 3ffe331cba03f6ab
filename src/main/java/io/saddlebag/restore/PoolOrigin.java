package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolLabel;
import io.saddlebag.protection.Access;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.protection.Requesters;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads images from pools where the catalog says that their sections are in one, all others from where volumes are. */
public final class PoolOrigin implements ImageOrigin {
    private final Pools pools;
    private final ImageOrigin volumes;
    private final Requesters requesters;

    public PoolOrigin(Pools pools, ImageOrigin volumes) {
        this(pools, volumes, Requesters.NAMES);
    }

    /** @param requesters what is known of those who ask */
    public PoolOrigin(Pools pools, ImageOrigin volumes, Requesters requesters) {
        this.requesters = requesters;
        this.pools = pools;
        this.volumes = volumes;
    }

    @Override
    public int drives(Backup backup) throws IOException {
        return backup.files().isEmpty() ? volumes.drives(backup) : 1;
    }

    @Override
    public InputStream open(Backup backup, int lane, Asker asker) throws IOException, InterruptedException {
        if (backup.files().isEmpty()) {
            return volumes.open(backup, lane, asker);
        }
        requireReadable(backup, requesters, asker);
        Pool pool = pools.pool(backup.files().get(0).pool());
        InputStream image = pool.read(backup.files());
        boolean done = false;
        try {
            for (PoolFile file : backup.files()) {
                compare(pool, backup, file, asker);
            }
            done = true;
            return image;
        } finally {
            if (!done) {
                image.close();
            }
        }
    }

    @Override
    public Optional<SeekableBytes> seek(Backup backup, Asker asker) throws IOException, InterruptedException {
        if (backup.files().isEmpty()) {
            return volumes.seek(backup, asker);
        }
        requireReadable(backup, requesters, asker);
        Pool pool = pools.pool(backup.files().get(0).pool());
        Optional<SeekableBytes> image = pool.seek(backup.files());
        if (image.isPresent()) {
            for (PoolFile file : backup.files()) {
                compare(pool, backup, file, asker);
            }
        }
        return image;
    }

    /** By what the catalog says; the files' own modes are between the node and its machine (M29). */
    static void requireReadable(Backup backup, Requesters requesters, Asker asker) throws BackupException {
        BackupRights rights = BackupRights.of(backup.about().facts());
        Requester who = requesters.asking(asker.job().name().user());
        if (who != null && !rights.allow(who, Access.READ)) {
            throw new BackupException(
                    PoolFault.PROTECTED,
                    "backup " + backup.id() + " of " + backup.about().name() + " " + rights + ", and " + who.user()
                            + " may not read it",
                    "Let its owner or an administrator restore it.");
        }
    }

    /** The image proves itself without its label; one that says other things misleads those who have no catalog. */
    private static void compare(Pool pool, Backup backup, PoolFile file, Asker asker) throws IOException {
        Optional<PoolLabel> label;
        try {
            label = pool.label(file.path());
        } catch (BackupException e) {
            if (!e.is(PoolFault.FOREIGN)) {
                throw e;
            }
            asker.job().warn(e.what());
            return;
        }
        if (label.isEmpty()) {
            asker.job().warn("there is no label beside " + file.place());
        } else if (!label.get().image().equals(backup.about().imageId())
                || !label.get().name().equals(backup.about().name())
                || !isKnown(pool, file, label.get())) {
            asker.job()
                    .warn("the label beside " + file.place() + " is of image "
                            + label.get().image() + " of " + label.get().name() + " with "
                            + label.get().bytes() + " bytes, and the catalog has image "
                            + backup.about().imageId() + " of " + backup.about().name() + " with " + file.bytes()
                            + " bytes there");
        }
    }

    private static boolean isKnown(Pool pool, PoolFile file, PoolLabel label) throws IOException {
        return (label.bytes() == file.bytes() && label.crc32c() == file.crc32c())
                || pool.isKnown(file, label.bytes(), label.crc32c());
    }

    /** Pools by name. */
    @FunctionalInterface
    public interface Pools {
        /** @throws BackupException when there is none of that name */
        Pool pool(String name) throws IOException;
    }
}
