package io.saddlebag.library.scsi;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.Move;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a cartridge is after a move, by what the robot's sensors say and not by what the move reported.
 *
 * @param at where it was seen, null when nowhere
 */
record Arrival(Kind kind, @Nullable Element at) {
    enum Kind {
        ARRIVED,
        /** As if the move had never been asked for. */
        STILL_THERE,
        /** In the hand, in another element, or nowhere to be seen. */
        ASTRAY,
        /** Another cartridge is in the destination. */
        EXCHANGED
    }

    static Arrival of(Move move, Inventory before, Inventory now) {
        ElementStatus was = status(before, move.from());
        ElementStatus source = status(now, move.from());
        ElementStatus destination = status(now, move.to());
        boolean wanted = destination.full()
                && (was.barcode() == null
                        || destination.barcode() == null
                        || was.barcode().equals(destination.barcode()));
        if (!source.full() && wanted) {
            return new Arrival(Kind.ARRIVED, move.to());
        }
        if (source.full() && Objects.equals(source.barcode(), was.barcode()) && !destination.full()) {
            return new Arrival(Kind.STILL_THERE, move.from());
        }
        if (destination.full() && !wanted) {
            return new Arrival(Kind.EXCHANGED, place(was, now));
        }
        return new Arrival(Kind.ASTRAY, place(was, now));
    }

    LibraryException failure(String library, Move move, LibraryFault fault, @Nullable IOException cause) {
        String where = at == null ? "it is nowhere to be seen" : "it is in " + at;
        return switch (kind) {
            case STILL_THERE ->
                new LibraryException(
                        fault,
                        "the robot of library " + library + " failed to move " + move + ": the cartridge is still in "
                                + move.from(),
                        "Look at the library's panel, and repeat the move if it is still wanted.",
                        cause);
            case EXCHANGED ->
                new LibraryException(
                        LibraryFault.INVENTORY_CHANGED,
                        "another cartridge than the one of " + move.from() + " is in " + move.to() + " of library "
                                + library + "; " + where,
                        "Look at the inventory: somebody else moves cartridges in this library.",
                        cause);
            case ASTRAY, ARRIVED ->
                new LibraryException(
                        fault,
                        "the robot of library " + library + " failed to move " + move
                                + ": the cartridge is in neither of them; " + where,
                        "Free the robot if it is stuck, then read the inventory physically (--force).",
                        cause);
        };
    }

    private static @Nullable Element place(ElementStatus was, Inventory now) {
        return was.barcode() == null
                ? null
                : now.find(was.barcode()).map(ElementStatus::element).orElse(null);
    }

    private static ElementStatus status(Inventory inventory, Element element) {
        return inventory.at(element).orElseGet(() -> ElementStatus.empty(element));
    }
}
