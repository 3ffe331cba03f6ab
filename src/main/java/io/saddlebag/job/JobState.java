package io.saddlebag.job;

/** The states of a job (S7). */
public enum JobState {
    PENDING,
    READY,
    RUNNING,
    WAITING_FOR_OPERATOR,
    COMPLETED,
    COMPLETED_WITH_WARNINGS,
    FAILED,
    CANCELLED,
    SUPERSEDED,
    EXPIRED;

    public boolean ended() {
        return switch (this) {
            case PENDING, READY, RUNNING, WAITING_FOR_OPERATOR -> false;
            case COMPLETED, COMPLETED_WITH_WARNINGS, FAILED, CANCELLED, SUPERSEDED, EXPIRED -> true;
        };
    }

    /** Those that depend on it may run (S8). */
    public boolean completed() {
        return this == COMPLETED || this == COMPLETED_WITH_WARNINGS;
    }

    /** As people see it: {@code completed-with-warnings}. */
    public String display() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
