package io.saddlebag.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every library does (M12-M14, M19): three slots, two of them full, a mail slot, two drives. */
@Tag("M13")
@Tag("M14")
public abstract class LibraryContract {
    protected static final Element SE1 = Element.slot(1);
    protected static final Element SE2 = Element.slot(2);
    protected static final Element SE3 = Element.slot(3);
    protected static final Element IEE1 = Element.mailSlot(1);
    protected static final Element DTE1 = Element.drive(1);
    protected static final Element DTE2 = Element.drive(2);

    private Library library;

    /** Named {@code lib}, with SBG001L6 and SBG002L6 in the first two slots. */
    protected abstract Library library() throws IOException;

    /** Moves a cartridge as a person does, so that the library can notice. */
    protected abstract void operatorMoves(Library library, Element from, Element to) throws IOException;

    @BeforeEach
    void open() throws IOException {
        library = library();
    }

    @AfterEach
    void close() throws IOException {
        library.close();
    }

    @Test
    @Tag("M12")
    @Tag("M16")
    void shows_all_elements_in_order_with_barcodes() throws IOException {
        assertThat(library.name()).isEqualTo("lib");
        assertThat(drawing(library.inventory()))
                .isEqualTo("mte1:- se1:SBG001L6 se2:SBG002L6 se3:- iee1:- dte1:- dte2:-");
    }

    @Test
    void moves_a_cartridge_and_knows_where_it_came_from() throws IOException {
        library.move(SE1, SE3);

        Inventory after = library.inventory();
        assertThat(after.at(SE1)).contains(ElementStatus.empty(SE1));
        assertThat(after.at(SE3)).contains(new ElementStatus(SE3, true, new Barcode("SBG001L6"), SE1));
    }

    @Test
    void a_move_changes_the_generation_and_looking_does_not() throws IOException {
        Inventory before = library.inventory();
        assertThat(library.inventory()).isEqualTo(before);
        assertThat(library.scan().generation()).isEqualTo(before.generation());

        library.move(SE1, SE3);

        assertThat(library.inventory().generation()).isGreaterThan(before.generation());
    }

    @Test
    void a_loaded_drive_reads_what_was_written_in_another() throws IOException {
        library.move(SE1, DTE1);
        TapeDrive first = library.drives().get(DTE1);
        first.load();
        TapeDrawing.write(first, "abcd|#");
        first.unload();

        library.move(DTE1, DTE2);

        TapeDrive second = library.drives().get(DTE2);
        second.load();
        assertThat(TapeDrawing.rest(second)).isEqualTo("abcd|#");
        assertThat(first.state().loaded()).isFalse();
        second.unload();
    }

    @Test
    void refuses_an_empty_source_naming_both_elements() throws IOException {
        assertThatThrownBy(() -> library.move(SE3, SE1))
                .hasMessage("SBG-L001 can't move from se3 (empty) to se1 (holds SBG001L6)\nDATA: nothing was moved\n"
                        + "HINT: Name an element that holds a cartridge; the inventory shows them.");
        refuses(LibraryFault.SOURCE_EMPTY, () -> library.move(DTE1, SE3));
        assertThat(library.inventory()).isEqualTo(library.scan());
    }

    @Test
    void refuses_a_full_destination_naming_both_elements() throws IOException {
        Inventory before = library.inventory();

        assertThatThrownBy(() -> library.move(SE1, SE2))
                .hasMessage("SBG-L002 can't move from se1 (holds SBG001L6) to se2 (holds SBG002L6)\n"
                        + "DATA: nothing was moved\nHINT: Name an empty element, or move that cartridge away first.");
        refuses(LibraryFault.DESTINATION_FULL, () -> library.move(SE1, SE1));

        assertThat(library.inventory()).isEqualTo(before);
    }

    @Test
    @Tag("M12")
    void refuses_elements_it_does_not_have() {
        assertThatThrownBy(() -> library.move(Element.slot(4), SE3))
                .hasMessage("SBG-L003 library lib has no element se4\nDATA: nothing was moved\n"
                        + "HINT: Name one of its elements: mte1, se1-3, iee1, dte1-2.");
        refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.move(SE1, Element.drive(3)));
        refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.move(SE1, new Element(ElementKind.MTE, 1)));
        refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.reserve(Element.drive(3)));
        refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.reserve(SE1));
    }

    @Test
    void a_loaded_cartridge_is_not_taken_out_of_its_drive() throws IOException {
        library.move(SE1, DTE1);
        TapeDrive drive = library.drives().get(DTE1);
        drive.load();

        refuses(LibraryFault.NOT_RELEASED, () -> library.move(DTE1, SE1));

        assertThat(drive.state().loaded()).isTrue();
        drive.unload();
        library.move(DTE1, SE1);
        assertThat(library.inventory().at(SE1).orElseThrow().full()).isTrue();
    }

    @Test
    void moves_wait_for_a_closed_door() throws IOException {
        library.openDoor();
        refuses(LibraryFault.DOOR_OPEN, () -> library.move(SE1, SE3));
        operatorMoves(library, SE1, SE3);

        library.closeDoor();

        assertThat(library.inventory().at(SE3).orElseThrow().barcode()).isEqualTo(new Barcode("SBG001L6"));
        library.move(SE3, SE1);
    }

    @Test
    void cartridges_moved_behind_its_back_are_noticed() throws IOException {
        Inventory before = library.inventory();
        operatorMoves(library, SE1, SE3);

        Inventory after = library.inventory();

        assertThat(after.generation()).isGreaterThan(before.generation());
        assertThat(after.at(SE1).orElseThrow().full()).isFalse();
        assertThat(after.find(new Barcode("SBG001L6")).map(ElementStatus::element))
                .contains(SE3);
    }

    @Test
    void a_move_that_no_longer_fits_moves_nothing() throws IOException {
        library.inventory();
        operatorMoves(library, SE1, SE3);

        assertThatThrownBy(() -> library.move(SE1, IEE1))
                .isInstanceOfSatisfying(
                        LibraryException.class,
                        e -> assertThat(e.code()).isIn(LibraryFault.INVENTORY_CHANGED, LibraryFault.SOURCE_EMPTY));

        assertThat(library.inventory().at(IEE1).orElseThrow().full()).isFalse();
        library.move(SE3, IEE1);
    }

    @Test
    @Tag("M16")
    void a_cartridge_that_was_chosen_is_moved_or_none() throws IOException {
        Inventory before = library.inventory();
        assertThatThrownBy(() -> library.move(new Barcode("SBG001L6"), SE2, SE3))
                .hasMessageContaining("SBG-L007 can't move cartridge SBG001L6 from se2 (holds SBG002L6) to se3 (empty)"
                        + " of library lib");
        refuses(LibraryFault.INVENTORY_CHANGED, () -> library.move(new Barcode("SBG001L6"), SE3, IEE1));
        refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.move(new Barcode("SBG001L6"), Element.slot(4), IEE1));
        assertThat(library.inventory()).isEqualTo(before);

        library.move(new Barcode("SBG001L6"), SE1, SE3);

        assertThat(library.inventory().find(new Barcode("SBG001L6")).map(ElementStatus::element))
                .contains(SE3);
    }

    @Test
    @Tag("M19")
    void a_drive_has_one_user_at_a_time() throws Exception {
        Library.Reservation mine = library.reserve(DTE1);
        assertThat(mine.element()).isEqualTo(DTE1);
        assertThat(mine.drive()).isSameAs(library.drives().get(DTE1));

        refuses(LibraryFault.IN_USE, () -> library.reserve(DTE1));
        library.reserve(DTE2).close();

        mine.close();
        mine.close();
        Library.Reservation next = library.reserve(DTE1);
        mine.close();
        refuses(LibraryFault.IN_USE, () -> library.reserve(DTE1));
        next.close();
    }

    @Test
    void serves_its_drives_by_element() {
        assertThat(library.drives()).containsOnlyKeys(DTE1, DTE2);
        assertThat(library.drives().values()).extracting(TapeDrive::name).doesNotHaveDuplicates();
    }

    /** {@code se1:SBG001L6 se2:-} */
    protected static String drawing(Inventory inventory) {
        StringBuilder text = new StringBuilder();
        for (ElementStatus status : inventory.elements()) {
            String content = status.full()
                    ? Optional.ofNullable(status.barcode()).map(Barcode::value).orElse("?")
                    : "-";
            text.append(text.isEmpty() ? "" : " ")
                    .append(status.element())
                    .append(':')
                    .append(content);
        }
        return text.toString();
    }

    protected static void refuses(LibraryFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
