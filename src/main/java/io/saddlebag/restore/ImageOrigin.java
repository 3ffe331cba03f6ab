package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.job.JobRun;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where stored images are read from. */
public interface ImageOrigin {
    /**
     * How many lanes of the backup's image may be open at a time: the drives that can read them (M28).
     *
     * @return at least 1
     */
    int drives(Backup backup) throws IOException;

    /**
     * A job that reads.
     *
     * @param prompt who is asked for volumes that are missing (M5)
     */
    record Asker(JobRun job, Prompt prompt) {}

    /** Waits for drives that other jobs have. */
    @FunctionalInterface
    interface DriveQueue {
        /** Nobody waits. */
        DriveQueue NONE = why -> false;

        /**
         * Waits a moment, and nobody is asked.
         *
         * @param why no drive can be had now
         * @return false when there is no more waiting
         */
        boolean awaits(String why) throws IOException, InterruptedException;
    }

    /** Where somebody stands who wants to read an image with several lanes, and has no drive at all. */
    default DriveQueue queue(Backup backup, Asker asker) throws IOException {
        return DriveQueue.NONE;
    }

    /**
     * Mounts what is needed as the reading comes to it, and yields the stored bytes of one lane of the image, with its layers.
     * Of an image with several lanes the first volume is mounted on return, and a drive is not waited for: others of the
     * job's readers may have one.
     *
     * @param lane from 1
     * @param asker waits for people when a volume is missing, and gets the remarks
     * @throws io.saddlebag.fault.BackupException when a volume isn't there, naming it, or
     *     {@link io.saddlebag.volume.VolumeFault#NO_DRIVE_FREE}; end of stream is reported only when
     *     every section was whole
     */
    InputStream open(Backup backup, int lane, Asker asker) throws IOException, InterruptedException;

    /**
     * As {@link #open}, of an image with one lane, for reading from any place on; empty where that can't be had. Nothing is
     * mounted yet, but what can be looked at without that was. Checksums of whole sections and files can't be compared: what is
     * read has to prove itself. Closing it gives back what it holds.
     */
    default Optional<SeekableBytes> seek(Backup backup, Asker asker) throws IOException, InterruptedException {
        return Optional.empty();
    }
}
