package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.InputStream;

/** Single files out of images of earlier backups, wherever these are stored. Thread-safe. */
@FunctionalInterface
public interface StoredFiles {
    /** For those who have no images to read. */
    StoredFiles NONE = (backup, path, job, taker) -> {
        throw new IOException("nothing that is stored can be read here");
    };

    /**
     * Reads one file, with as little of the image around it as can be. What was handed over before a failure is worth
     * nothing; it may then be handed over once more.
     *
     * @param path as the catalog has it
     * @param job that waits for volumes
     * @throws io.saddlebag.fault.BackupException when the image can't be read, or hasn't got it as the catalog says
     */
    void read(Backup backup, String path, JobRun job, Taker taker) throws IOException, InterruptedException;

    /** Takes a file's content. */
    @FunctionalInterface
    interface Taker {
        /** @param content to be read to its end */
        void take(InputStream content) throws IOException;
    }
}
