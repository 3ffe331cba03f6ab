package io.saddlebag.checkpoint;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checkpoints of a node, one file a backup (D6). Thread-safe; one backup's are made by one thread at a time. */
public final class Checkpoints {
    private final HostFiles files;
    private final Clock clock;
    private final CheckpointSettings settings;

    public Checkpoints(HostFiles files, Clock clock, CheckpointSettings settings) {
        this.files = files;
        this.clock = clock;
        this.settings = settings;
    }

    /** Between two checkpoints, at least; of the image before its layers. */
    public ByteCount interval() {
        return settings.interval();
    }

    /**
     * Puts it in the place of the backup's checkpoint before, durably, at once or never.
     *
     * @throws BackupException {@link CheckpointFault#NO_ROOM}; or a {@link FileFault}. The one before then stays
     */
    public void save(Checkpoint checkpoint) throws IOException {
        ensure(settings.folder());
        byte[] bytes = CheckpointText.encode(checkpoint);
        long usable = files.usableSpaceBytes(settings.folder());
        if (usable - bytes.length < settings.keepFree().bytes()) {
            throw new BackupException(
                    CheckpointFault.NO_ROOM,
                    "the file system of " + settings.folder() + " has " + ByteCount.of(usable) + " left, and "
                            + settings.keepFree() + " are kept free beside checkpoints",
                    "Make room there, or name another folder under 'checkpoints' in the configuration.");
        }
        try (NewFile file = files.create(of(checkpoint.backup()))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                file.channel().write(buffer);
            }
            file.replace();
        }
        files.syncFolder(settings.folder());
    }

    /**
     * The backup's checkpoint; empty when it made none.
     *
     * @throws BackupException {@link CheckpointFault#UNUSABLE}, saying why: torn, of another version, too old
     */
    public Optional<Checkpoint> find(BackupId backup) throws IOException {
        Path file = of(backup);
        if (!files.exists(file)) {
            return Optional.empty();
        }
        byte[] bytes;
        try (InputStream in = Channels.newInputStream(files.openRead(file))) {
            bytes = in.readNBytes(CheckpointText.LONGEST_BYTES + 1);
        } catch (BackupException e) {
            throw unusable("its checkpoint can't be read: " + e.what(), e);
        }
        try {
            Checkpoint found = CheckpointText.decode(bytes);
            if (!found.backup().equals(backup)) {
                throw new IOException("is that of backup " + found.backup());
            }
            if (isOld(found.made())) {
                throw new IOException("is older than " + settings.life());
            }
            return Optional.of(found);
        } catch (IOException e) {
            throw unusable("its checkpoint " + e.getMessage(), e);
        }
    }

    /**
     * Whether a backup that was interrupted may still be gone on with, as far as can be said without its source and target. One that can't be
     * read stays as long as any, so that the repeat can say so.
     */
    public boolean keeps(BackupId backup) throws IOException {
        Path file = of(backup);
        if (!files.exists(file)) {
            return false;
        }
        try {
            return find(backup).isPresent();
        } catch (BackupException e) {
            return !isOld(files.status(file).times().modified());
        }
    }

    /** Durably. No effect when there is none. */
    public void remove(BackupId backup) throws IOException {
        Path file = of(backup);
        if (files.exists(file)) {
            files.delete(file);
            files.syncFolder(settings.folder());
        }
    }

    private boolean isOld(Instant made) {
        return !clock.instant().isBefore(made.plus(settings.life()));
    }

    private Path of(BackupId backup) {
        return settings.folder().resolve("backup-" + backup + ".checkpoint");
    }

    private void ensure(Path folder) throws IOException {
        if (files.exists(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(folder + " is in no folder");
        }
        ensure(parent);
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
        files.syncFolder(parent);
    }

    private static BackupException unusable(String why, @Nullable Throwable cause) {
        return new BackupException(
                CheckpointFault.UNUSABLE,
                why,
                "Nothing is to be done: the backup starts over when it is repeated.",
                cause);
    }
}
