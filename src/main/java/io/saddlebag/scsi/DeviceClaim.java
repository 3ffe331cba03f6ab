package io.saddlebag.scsi;

import java.io.IOException;
import java.util.Optional;

/**
 * Whether this host has a device for itself among all hosts that reach it (M19). Whoever takes it holds the device's lock on
 * this host already: processes of one host are told apart by that alone. Thread-safe.
 */
public interface DeviceClaim {
    /** A device that no other host uses: it can always be taken, and nothing is sent. */
    DeviceClaim UNSHARED = new DeviceClaim() {
        @Override
        public void take() {}

        @Override
        public void release() {}

        @Override
        public boolean takeNews() {
            return false;
        }

        @Override
        public Standing standing() {
            return Standing.OURS;
        }

        @Override
        public void doubt() {}

        @Override
        public boolean lost() {
            return false;
        }
    };

    /** How things stand, as far as it is known. */
    enum Standing {
        /** Taken by us, or needless to take. */
        OURS,
        /** Not taken by us: whoever uses the device risks a RESERVATION CONFLICT and nothing else. */
        NOT_TAKEN,
        /** It was ours, and isn't any more: nothing is true any more that was known of the device. */
        LOST
    }

    /**
     * Takes the device. What a process of this host left, which must be dead, is taken over.
     *
     * @throws ScsiException {@link ScsiFault#IN_USE} when another host has it, naming its key;
     *     {@link ScsiFault#NOT_ALLOWED} when the device knows no persistent reservations
     */
    void take() throws IOException;

    /** Gives the device back; no effect when it isn't ours. */
    void release() throws IOException;

    /** Whether the device was taken since the last call: others may have used it meanwhile. */
    boolean takeNews();

    /**
     * Asks the device when there is a doubt.
     *
     * @throws IOException when it can't be asked
     */
    Standing standing() throws IOException;

    /** The device may have forgotten whose it is: it was reset. */
    void doubt();

    /**
     * The device said that it isn't ours any more.
     *
     * @return whether it was ours up to then
     */
    boolean lost();

    /** What operators do about a host that died. */
    interface Shared extends DeviceClaim {
        /**
         * Takes the device from whoever has it, and gives it back.
         *
         * @return who had it; empty when nobody
         */
        Optional<ReservationKey> preempt() throws IOException;
    }
}
