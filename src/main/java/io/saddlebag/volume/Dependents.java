package io.saddlebag.volume;

import io.saddlebag.media.Holds;
import io.saddlebag.media.VolumeId;
import java.io.IOException;
import java.util.Collection;

/**
 * What else needs the images on volumes (J13, M21): asked before any is written over, given back or forgotten, whoever wants that. When
 * it throws, nothing is known, and nothing is overwritten. Thread-safe.
 */
public interface Dependents {
    /** Nothing depends on anything: of libraries without a catalog of backups. */
    Dependents NONE = new Dependents() {
        @Override
        public Holds holds(Collection<VolumeId> volumes) {
            return Holds.NONE;
        }

        @Override
        public void breakChains(VolumeId volume, Alarm alarm) {}
    };

    /** What kept backups need of these volumes, now. What has itself expired, was given back or lost what it is based on needs nothing. */
    Holds holds(Collection<VolumeId> volumes) throws IOException;

    /**
     * Gives the journals up that something needs of this volume: on return their chains are durably broken.
     *
     * @param alarm is told which, and what has to be done now
     */
    void breakChains(VolumeId volume, Alarm alarm) throws IOException;

    /** Takes what operators have to know at once. */
    @FunctionalInterface
    interface Alarm {
        /**
         * @param journals name of their source
         * @param message its stable id
         */
        void raise(String journals, String message, String text);
    }
}
