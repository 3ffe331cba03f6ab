package io.saddlebag.library;

import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A cartridge's way from one element to another (M13). */
public record Move(Element from, Element to) {
    /**
     * Checks the move against an inventory, before anything moves.
     *
     * @throws LibraryException {@link LibraryFault#NO_SUCH_ELEMENT}, {@link LibraryFault#SOURCE_EMPTY} or
     *     {@link LibraryFault#DESTINATION_FULL}, naming both elements and what is in them
     */
    public void check(String library, Inventory inventory) throws LibraryException {
        ElementStatus source = require(library, inventory, from);
        ElementStatus destination = require(library, inventory, to);
        if (to.kind() == ElementKind.MTE) {
            throw new LibraryException(
                    LibraryFault.NO_SUCH_ELEMENT,
                    "can't move " + in(source) + " to " + to + ": nothing is stored in the robot's hand",
                    "Name a slot (se), a mail slot (iee) or a drive (dte).");
        }
        if (!source.full()) {
            throw new LibraryException(
                    LibraryFault.SOURCE_EMPTY,
                    "can't move from " + in(source) + " to " + in(destination),
                    "Name an element that holds a cartridge; the inventory shows them.");
        }
        if (destination.full()) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "can't move from " + in(source) + " to " + in(destination),
                    "Name an empty element, or move that cartridge away first.");
        }
    }

    /**
     * As {@link #check(String, Inventory)}, and that this cartridge is what moves.
     *
     * @param cartridge null for whichever is there
     * @throws LibraryException {@link LibraryFault#INVENTORY_CHANGED} also when there is another
     */
    public void check(String library, Inventory inventory, @Nullable Barcode cartridge) throws LibraryException {
        if (cartridge != null
                && !Objects.equals(cartridge, require(library, inventory, from).barcode())) {
            throw new LibraryException(
                    LibraryFault.INVENTORY_CHANGED,
                    "can't move cartridge " + cartridge + " from " + in(require(library, inventory, from)) + " to "
                            + in(require(library, inventory, to)) + " of library " + library,
                    "Look at the inventory, which has been read again, and repeat the move if it is still wanted.");
        }
        check(library, inventory);
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }

    private static ElementStatus require(String library, Inventory inventory, Element element) throws LibraryException {
        return inventory
                .at(element)
                .orElseThrow(() -> new LibraryException(
                        LibraryFault.NO_SUCH_ELEMENT,
                        "library " + library + " has no element " + element,
                        "Name one of its elements: " + ranges(inventory) + "."));
    }

    /** {@code mte1, se1-5, iee1, dte1-2}; elements of a kind are numbered without gaps. */
    private static String ranges(Inventory inventory) {
        return inventory.elements().stream()
                .collect(Collectors.groupingBy(e -> e.element().kind(), TreeMap::new, Collectors.summingInt(e -> 1)))
                .entrySet()
                .stream()
                .map(e -> new Element(e.getKey(), 1) + (e.getValue() == 1 ? "" : "-" + e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String in(ElementStatus status) {
        String content = !status.full()
                ? "empty"
                : "holds " + (status.barcode() == null ? "a cartridge without barcode" : status.barcode());
        return status.element() + " (" + content + ")";
    }
}
