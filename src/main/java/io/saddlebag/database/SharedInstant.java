package io.saddlebag.database;

/** Which instant a copy is of when several databases share a recovery point (W23). */
public enum SharedInstant {
    /** Any between {@link BackupMode#freezeWithOthers} and the thaw, since nothing is committed meanwhile. */
    HELD,
    /** That of the snapshot; commits go on before and after. */
    SNAPSHOT,
    /** That of the end of backup mode, which nobody waits for; so it ends while the others' writes wait. */
    END,
    /** None that others could share: it has passed when they are frozen. */
    NONE;

    /** Whether it is one of many, so that another database can be of the very same. */
    public boolean isHeld() {
        return this == HELD;
    }
}
