package io.saddlebag.camel.node;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;

/** A step gave up since its route was stopped and the time for ending in peace had passed; the job is cancelled by it. */
public final class RouteStoppedException extends BackupException {
    private static final long serialVersionUID = 1L;

    public RouteStoppedException(String what) {
        super(
                JobFault.CANCELLED,
                what,
                "Run it again; 'camel.main.shutdownTimeout' says how many seconds a route has for ending in peace.");
    }
}
