package io.saddlebag.library.scsi;

import io.saddlebag.library.ElementKind;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.Move;

/** The words for a move that the robot refused before anything moved. */
record Refusals(String library, Move move, RobotSense sense) {
    /** @param now read after the refusal */
    LibraryException after(Inventory now) {
        if (sense.saysSourceEmpty() || sense.saysDestinationFull()) {
            try {
                move.check(library, now);
            } catch (LibraryException e) {
                return e;
            }
            // its sensors contradict its memory
            LibraryFault fault = sense.saysSourceEmpty() ? LibraryFault.SOURCE_EMPTY : LibraryFault.DESTINATION_FULL;
            String what = sense.saysSourceEmpty() ? move.from() + " is empty" : move.to() + " is full";
            return new LibraryException(
                    fault,
                    "can't move " + move + ": the robot of library " + library + " found that " + what
                            + ", against its inventory",
                    "Read the inventory physically (--force).");
        }
        if (sense.saysOutOfReach() && move.from().kind() == ElementKind.DTE) {
            return LibraryFailures.notReleased(library, move);
        }
        if (sense.saysRemovalPrevented()) {
            return move.from().kind() == ElementKind.DTE
                    ? LibraryFailures.notReleased(library, move)
                    : new LibraryException(
                            LibraryFault.LOCKED,
                            "can't move " + move + ": removal is prevented in library " + library,
                            "Unlock the mail slots at the library's panel, or end the other program that locked them.");
        }
        if (sense.needsAHand()) {
            return new LibraryException(
                    LibraryFault.DOOR_OPEN,
                    "can't move " + move + ": library " + library + " is not ready (" + sense + ")",
                    "Close its door, and look at its panel.");
        }
        return new LibraryException(
                LibraryFault.NO_SUCH_ELEMENT,
                "can't move " + move + ": the robot of library " + library + " refuses it (" + sense + ")",
                "Look at the inventory, and at whether such cartridges fit there.");
    }
}
