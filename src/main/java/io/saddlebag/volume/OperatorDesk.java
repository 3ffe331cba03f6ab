package io.saddlebag.volume;

import java.io.IOException;

/** Where a job asks for a volume that is not in the library (M15). Implementations may be asked by several threads. */
@FunctionalInterface
public interface OperatorDesk {
    /** Nobody is there: every request is declined. */
    OperatorDesk UNATTENDED = what -> {
        throw new VolumeException(
                VolumeFault.NO_VOLUME,
                "no volume for " + what,
                "Put a blank or expired cartridge into the library, or give one back with reusevol, and repeat the job.");
    };

    /**
     * Asks for help and waits. Returns when something may have changed, so that the library is looked at again; it may
     * be called many times for one need.
     *
     * @param what is needed, and why nothing inside will do
     * @throws IOException when the operator declines, or nobody came in time
     * @throws InterruptedException when the job is cancelled
     */
    void needVolume(String what) throws IOException, InterruptedException;

    /**
     * Asks whether a usable volume may be taken that has another label than the one expected (M10).
     *
     * @param what for people: the volume, where it is, and the label that was expected
     * @return false to pass it over, as where nobody can answer: {@link #needVolume} then says what is wanted
     * @throws IOException when the operator wants the job to end
     * @throws InterruptedException when the job is cancelled
     */
    default boolean acceptsLabel(String what) throws IOException, InterruptedException {
        return false;
    }

    /**
     * Waits a moment for a drive that another job has, whoever may be asked otherwise; the transcript says once what for.
     *
     * @param what is needed, and why it can't be had now
     * @return false when there is no more waiting, as where nobody waits at all
     * @throws IOException when the job is cancelled
     */
    default boolean awaitsDrive(String what) throws IOException, InterruptedException {
        return false;
    }

    /** The same desk for somebody who may have to leave it: during a wait the check is made every now and then. */
    default OperatorDesk with(Check check) {
        return this;
    }

    /** Whether the wait makes sense still. */
    @FunctionalInterface
    interface Check {
        /** @throws IOException to end the wait */
        void stillWanted() throws IOException;
    }
}
