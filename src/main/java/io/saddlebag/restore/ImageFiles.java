package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.MemberSink;
import io.saddlebag.job.JobRun;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Files out of images by the way that restores take: from where they lie, or else from the image as a whole. Thread-safe. */
public final class ImageFiles {
    private final RestoreServices services;

    /** Takes a file's content. */
    @FunctionalInterface
    public interface Taker {
        /** @param content to be read to its end */
        void take(InputStream content) throws IOException;
    }

    public ImageFiles(RestoreServices services) {
        this.services = services;
    }

    /**
     * Reads one file, with as little of the image around it as can be. What was handed over before a failure is worth nothing; it may
     * then be handed over once more.
     *
     * @param path as the catalog has it
     * @param job that waits for volumes
     * @throws BackupException when the image can't be read, or hasn't got it as the catalog says
     */
    public void read(Backup backup, String path, JobRun job, Taker taker) throws IOException, InterruptedException {
        List<ObjectEntry> found = new ArrayList<>();
        services.catalog().objects(backup.id(), path, found::add);
        if (found.size() != 1 || !found.get(0).path().equals(path)) {
            throw missing(backup, path);
        }
        ObjectEntry wanted = found.get(0);
        AtomicBoolean taken = new AtomicBoolean();
        MemberSink sink = member -> {
            if (member.member().exactPath().equals(path)) {
                taker.take(member.content());
                if (!member.sha256().equals(wanted.sha256())) {
                    throw new BackupException(
                            RestoreFault.DIFFERS,
                            path + " in the image of backup " + backup.id() + " is not what was backed up",
                            "Verify that backup: 'saddlebag verify " + backup.id() + "'.");
                }
                taken.set(true);
            }
        };
        ImageReading reading = new ImageReading(services);
        ImageOrigin.Asker asker = new ImageOrigin.Asker(job, Prompt.OPERATOR);
        Optional<WantedPlaces> place = WantedPlaces.of(
                services.catalog(),
                backup,
                List.of(path),
                object -> object.path().equals(path));
        boolean read =
                place.isPresent() && reading.readSome(backup, place.get(), lane -> sink, asker, new ReadTrouble());
        if (!read) {
            reading.read(backup, lane -> sink, asker);
        }
        if (!taken.get()) {
            throw missing(backup, path);
        }
    }

    private static BackupException missing(Backup backup, String path) {
        return new BackupException(
                RestoreFault.NOTHING_SELECTED,
                "backup " + backup.id() + " has no " + path,
                "'saddlebag catalog objects " + backup.id() + "' lists what it has.");
    }
}
