package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.JobRun;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.InputStream;

/** Where stored images are read from. */
public interface ImageOrigin {
    /**
     * Mounts what is needed as the reading comes to it, and yields the stored bytes of the image, with its layers.
     *
     * @param job waits when a volume is missing, and gets the remarks
     * @param prompt who is asked for it (M5)
     * @throws io.saddlebag.fault.BackupException when a volume isn't there, naming it; end of stream is reported only when
     *     every section was whole
     */
    InputStream open(Backup backup, JobRun job, Prompt prompt) throws IOException, InterruptedException;
}
