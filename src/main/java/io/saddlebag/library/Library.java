package io.saddlebag.library;

import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.Map;

/** A robot and the drives it serves. The mapping of drives to elements is checked by whoever makes it (M14). */
public interface Library extends MediaChanger {
    /** The drives by the element they stand in; the map never changes. */
    Map<Element, TapeDrive> drives();

    /**
     * Takes a drive for one user, also across processes (M19); given back when closed or when this process dies.
     *
     * @throws LibraryException {@link LibraryFault#IN_USE} when somebody else has it
     */
    Reservation reserve(Element drive) throws IOException;

    /** A drive held by one user. */
    interface Reservation extends AutoCloseable {
        TapeDrive drive();

        Element element();

        /** Gives the drive back; the medium stays in it. */
        @Override
        void close() throws IOException;
    }
}
