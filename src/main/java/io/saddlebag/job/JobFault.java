package io.saddlebag.job;

import io.saddlebag.fault.FaultCode;

/** Failures of jobs themselves, not of what they do. */
public enum JobFault implements FaultCode {
    NO_SUCH_JOB("SBG-J001", "nothing was changed"),
    TRANSCRIPT_OUT_OF_SPACE("SBG-J002", "what is backed up is unharmed; the transcript lacks lines from here on"),
    TRANSCRIPT_UNWRITABLE("SBG-J003", "what is backed up is unharmed; the transcript lacks lines from here on"),
    TRANSCRIPT_UNREADABLE("SBG-J004", "nothing was changed"),
    CANCELLED("SBG-J005", "what the job had not completed isn't a backup"),
    NOT_WAITING("SBG-J006", "nothing was changed"),
    NOT_ASKING("SBG-J007", "nothing was changed"),
    NO_ANSWER("SBG-J008", "nothing was changed; the job still waits");

    private final String id;
    private final String effect;

    JobFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
