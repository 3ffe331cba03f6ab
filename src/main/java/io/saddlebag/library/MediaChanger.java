package io.saddlebag.library;

import java.io.Closeable;
import java.io.IOException;

/**
 * A robot that moves cartridges between elements (M12-M14).
 *
 * <p>Contract of every implementation: a move that throws {@link LibraryFault#SOURCE_EMPTY},
 * {@link LibraryFault#DESTINATION_FULL}, {@link LibraryFault#NO_SUCH_ELEMENT}, {@link LibraryFault#DOOR_OPEN} or
 * {@link LibraryFault#NOT_RELEASED} moved nothing; after any other failure the inventory has to be read again. A move
 * that returned is known to the library also after a crash. Thread-safe: calls wait for each other.
 */
public interface MediaChanger extends Closeable {
    String name();

    /** What the robot knows, without moving anything. */
    Inventory inventory() throws IOException;

    /** Looks at every element physically (INITIALIZE ELEMENT STATUS), then reports. */
    Inventory scan() throws IOException;

    /**
     * Moves a cartridge. A drive must have been unloaded before its cartridge can be taken.
     *
     * @throws LibraryException naming both elements and what is in them
     */
    void move(Element from, Element to) throws IOException;

    /**
     * As {@link #move(Element, Element)}, of that cartridge and no other: whoever chose it by an inventory is safe from
     * what others have moved since.
     *
     * @throws LibraryException {@link LibraryFault#INVENTORY_CHANGED} also when another cartridge is in {@code from}, or
     *     one whose barcode can't be read; nothing was moved then
     */
    void move(Barcode cartridge, Element from, Element to) throws IOException;

    /** Lets an operator reach in; moves are refused until {@link #closeDoor()}. */
    void openDoor() throws IOException;

    /** Ends {@link #openDoor()} and scans, since anything may have changed. */
    void closeDoor() throws IOException;

    /** Whether the door is open, as far as the library can tell. */
    boolean isDoorOpen() throws IOException;
}
