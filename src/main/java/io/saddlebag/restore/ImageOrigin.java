package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.InputStream;

/** Where stored images are read from. */
public interface ImageOrigin {
    /**
     * Mounts what is needed as the reading comes to it, and yields the stored bytes of the image, with its layers.
     *
     * @param job waits for the operator when a volume is missing, and gets the remarks
     * @throws io.saddlebag.fault.BackupException when a volume isn't there, naming it; end of stream is reported only when
     *     every section was whole
     */
    InputStream open(Backup backup, JobRun job) throws IOException, InterruptedException;
}
