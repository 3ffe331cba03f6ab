package io.saddlebag.it;

/** What can be seen of a job from outside, in the order in which it happens. */
enum Moment {
    JOB_BEGUN,
    STOP_BEGUN,
    STOPPED,
    STARTED,
    /** The first byte on a cartridge that was blank. */
    LABEL_BEGUN,
    /** The image's last label and filemark are durable, and the register knows. */
    MEDIA_COMMITTED,
    CATALOG_COMMITTED,
    SWAP_BEGUN,
    SWAPPED,
    JOB_ENDED
}
