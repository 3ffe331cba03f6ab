package io.saddlebag.library;

import java.io.IOException;
import java.util.Optional;

/** A library whose drives and robot other hosts use, too (M19). */
public interface HostReservations {
    /**
     * Takes a drive, or the robot, from the host that has it reserved, and gives it back. For an operator who knows that
     * host to be dead: what it was writing is torn.
     *
     * @param element a drive's, or the robot's hand
     * @return who had it, for people; empty when nobody
     * @throws LibraryException {@link LibraryFault#IN_USE} when a process of this host has it, {@link
     *     LibraryFault#NOT_SHARED} when no host reserves that device
     */
    Optional<String> breakReservation(Element element) throws IOException;
}
