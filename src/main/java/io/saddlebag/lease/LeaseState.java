package io.saddlebag.lease;

/** How far a lease has come, as it is kept on disk. */
public enum LeaseState {
    /** The source may be stopped or frozen; the guard hasn't acted. */
    ARMED,
    /** The holder brought the source back itself. */
    RELEASED,
    /** The guard has begun to bring the source back. */
    ACTING,
    /** The guard brought the source back. */
    ACTED,
    /** The guard gave up: an alarm, since the source may still be down. */
    FAILED;

    /** Whether somebody still has to bring the source back. */
    public boolean owesTheSource() {
        return this == ARMED || this == ACTING || this == FAILED;
    }
}
