package io.saddlebag.library;

import java.util.Collection;
import java.util.stream.Collectors;

/** The words for failures that every kind of library has, so that an operator reads the same text from each of them. */
public final class LibraryFailures {
    private LibraryFailures() {}

    public static LibraryException doorOpen(String library, Move move) {
        return new LibraryException(
                LibraryFault.DOOR_OPEN,
                "can't move " + move + ": the door of library " + library + " is open",
                "Close the door; the library is then scanned.");
    }

    public static LibraryException inventoryChanged(String library, Move move) {
        return new LibraryException(
                LibraryFault.INVENTORY_CHANGED,
                "can't move " + move + ": somebody else moved cartridges in library " + library,
                "Look at the inventory, which has been read again, and repeat the move if it is still wanted.");
    }

    public static LibraryException notReleased(String library, Move move) {
        return new LibraryException(
                LibraryFault.NOT_RELEASED,
                "can't move " + move + ": drive " + move.from() + " of library " + library
                        + " has not released its cartridge",
                "Unload the drive first.");
    }

    public static LibraryException jammed(String library, Move move) {
        return new LibraryException(
                LibraryFault.JAMMED,
                "the robot of library " + library + " jammed while moving " + move,
                "Free the robot, then read the inventory physically (--force).");
    }

    public static LibraryException robotError(String library, Move move) {
        return new LibraryException(
                LibraryFault.ROBOT_ERROR,
                "the robot of library " + library + " failed while moving " + move,
                "Read the inventory physically (--force) to see where the cartridge is.");
    }

    public static LibraryException noSuchDrive(String library, Element element, Collection<Element> drives) {
        return new LibraryException(
                LibraryFault.NO_SUCH_ELEMENT,
                "library " + library + " has no drive " + element,
                "Name one of its drives: "
                        + drives.stream().map(Element::toString).collect(Collectors.joining(", ")) + ".");
    }

    /** @param holder who has it, as far as known */
    public static LibraryException driveInUse(String library, Element drive, String holder) {
        return new LibraryException(
                LibraryFault.IN_USE,
                "drive " + drive + " of library " + library + " is reserved by " + holder,
                "Wait until it is given back, or use another drive.");
    }
}
