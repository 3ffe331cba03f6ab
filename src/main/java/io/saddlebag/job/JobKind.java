package io.saddlebag.job;

/** What a job is for. */
public enum JobKind {
    BACKUP,
    RESTORE,
    VERIFY,
    MEDIA
}
