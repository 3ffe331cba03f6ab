package io.saddlebag.dataset;

/** Which file systems mounted below a path belong to it. */
public enum MountPoints {
    /** On this machine's disks. */
    LOCAL,
    /** Of other machines. */
    REMOTE
}
