package io.saddlebag.restore;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.image.Decryption;
import io.saddlebag.job.Jobs;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/**
 * What restores work with.
 *
 * @param workers decompresses; not owned
 * @param privilege whether this process may give files away
 * @param decryption has the keys of this node
 * @param copies further copies of images, that are read when the image itself can't be (R5)
 */
public record RestoreServices(
        Jobs jobs,
        Catalog catalog,
        Watchdog watchdog,
        HostFiles files,
        ImageOrigin origin,
        Databases databases,
        ExecutorService workers,
        Waiter waiter,
        Privilege privilege,
        Decryption decryption,
        ImageCopies copies) {
    /** Where each image is kept once. */
    public RestoreServices(
            Jobs jobs,
            Catalog catalog,
            Watchdog watchdog,
            HostFiles files,
            ImageOrigin origin,
            Databases databases,
            ExecutorService workers,
            Waiter waiter,
            Privilege privilege,
            Decryption decryption) {
        this(
                jobs,
                catalog,
                watchdog,
                files,
                origin,
                databases,
                workers,
                waiter,
                privilege,
                decryption,
                ImageCopies.NONE);
    }

    /** Of a node without keys. */
    public RestoreServices(
            Jobs jobs,
            Catalog catalog,
            Watchdog watchdog,
            HostFiles files,
            ImageOrigin origin,
            Databases databases,
            ExecutorService workers,
            Waiter waiter,
            Privilege privilege) {
        this(jobs, catalog, watchdog, files, origin, databases, workers, waiter, privilege, Decryption.NONE);
    }

    /** The same, with images from elsewhere and with other keys. */
    RestoreServices reading(ImageOrigin from, Decryption with) {
        return new RestoreServices(
                jobs, catalog, watchdog, files, from, databases, workers, waiter, privilege, with, copies);
    }

    /** Whether this process may give files away (root may). */
    public enum Privilege {
        SETS_OWNERS,
        KEEPS_OWN
    }

    /** Databases and their limits by name. */
    public interface Databases {
        DatabaseAdapter database(String name) throws IOException;

        Limits limits(String name) throws IOException;
    }

    /** How long stop and start may take, and how long the lease is that is renewed while work goes on. */
    public record Limits(Duration stop, Duration start, Duration lease) {}
}
