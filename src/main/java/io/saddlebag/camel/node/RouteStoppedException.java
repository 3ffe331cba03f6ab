package io.saddlebag.camel.node;

import io.saddlebag.fault.BackupException;

/** A step ended its work because its route was stopped and the time for ending in peace had passed. */
public final class RouteStoppedException extends BackupException {
    private static final long serialVersionUID = 1L;

    public RouteStoppedException(String what) {
        super(
                RouteFault.STOPPING,
                what,
                "Run the route again, or give 'camel.main.shutdownTimeout' more seconds than its jobs take.");
    }
}
