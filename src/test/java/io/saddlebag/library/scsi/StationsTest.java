package io.saddlebag.library.scsi;

import static io.saddlebag.library.scsi.SimulatedSite.DTE1;
import static io.saddlebag.library.scsi.SimulatedSite.DTE2;
import static io.saddlebag.library.scsi.SimulatedSite.SE1;
import static io.saddlebag.library.scsi.SimulatedSite.SE2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.memory.ChangerPlan.Habit;
import java.io.IOException;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which drive stands in which element is told by the library, configured or tried - and checked, never assumed. */
@Tag("M14")
class StationsTest {
    private static final String NAME1 = "50014380272ba4c1";
    private static final String NAME2 = "50014380272ba4c4";

    private static void refuses(String why, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(LibraryFault.WRONG_DRIVE))
                .hasMessageContaining(why);
    }

    @Test
    void drives_are_recognised_by_serial_number_in_whatever_order_they_come() throws IOException {
        SimulatedSite site = SimulatedSite.small();

        try (ScsiLibrary library = site.open()) {
            assertThat(library.drives())
                    .containsEntry(DTE1, site.drives.get(0))
                    .containsEntry(DTE2, site.drives.get(1));
        }
        assertThat(site.changer.log()).isEmpty();
    }

    @Test
    void a_serial_number_that_is_cut_short_leaves_the_only_drive_that_fits_and_the_first_cartridge_proves_it()
            throws IOException {
        SimulatedSite site = SimulatedSite.small(Habit.CUTS_REPORTS);

        try (ScsiLibrary library = site.open()) {
            library.move(SE1, DTE2);

            assertThat(library.drives()).containsEntry(DTE2, site.drives.get(1));
            assertThat(site.cartridges.get("SBG001L6").loads()).as("tried once").isEqualTo(1);
            library.move(DTE2, SE1);
            library.move(SE1, DTE2);
            assertThat(site.cartridges.get("SBG001L6").loads()).isEqualTo(1);
        }
    }

    @Test
    void a_library_that_tells_nothing_is_not_opened_on_suspicion() {
        for (Habit habit : new Habit[] {Habit.NO_DEVICES, Habit.SILENT_DEVICES}) {
            SimulatedSite site = SimulatedSite.small(habit);

            refuses(
                    "the library doesn't tell which drives stand where: {dte1=[drive2 (serial number DRV00002),"
                            + " drive1 (serial number DRV00001)], dte2=",
                    site::open);
            assertThat(site.changer.log()).isEmpty();
        }
    }

    @Test
    void a_configured_place_is_proven_by_the_first_cartridge() throws IOException {
        SimulatedSite site = SimulatedSite.small(Habit.NO_DEVICES);

        try (ScsiLibrary library = site.open(DTE1, DTE2)) {
            library.move(SE1, DTE1);
            library.move(SE2, DTE2);

            assertThat(site.drives.get(0).cartridge().orElseThrow().barcode()).isEqualTo("SBG001L6");
            assertThat(library.drives()).containsEntry(DTE1, site.drives.get(0));
        }
    }

    @Test
    void a_wrongly_configured_place_is_found_out_before_anything_is_written() throws IOException {
        SimulatedSite site = SimulatedSite.small(Habit.NO_DEVICES);

        try (ScsiLibrary library = site.open(DTE2, DTE1)) {
            refuses(
                    "a cartridge was brought to dte1, but didn't turn up in drive2 (serial number DRV00002)",
                    () -> library.move(SE1, DTE1));
        }
    }

    @Test
    void a_loaded_drive_does_not_stand_in_an_empty_place() throws IOException {
        SimulatedSite site = SimulatedSite.small(Habit.NO_DEVICES);
        try (ScsiLibrary library = site.open(DTE1, DTE2)) {
            library.move(SE1, DTE1);
            site.drives.get(0).load();
        }

        try (ScsiLibrary library = site.open(DTE2, DTE1)) {
            refuses("drive1 (serial number DRV00001) is loaded although dte2 is empty", () -> library.move(SE2, DTE2));
        }
        assertThat(site.placeOf("SBG002L6")).isEqualTo(SE2);
    }

    @Test
    void what_the_configuration_says_against_the_library_is_refused() {
        refuses(
                "drive1 (serial number DRV00001) is configured for dte2, but the library says that it stands in dte1",
                () -> SimulatedSite.small().open(DTE2, DTE1));
        refuses(
                "drive1 (serial number DRV00001) is configured for dte5, which the library doesn't have",
                () -> SimulatedSite.small(Habit.NO_DEVICES).open(io.saddlebag.library.Element.drive(5), DTE1));
    }

    @Test
    void where_it_is_allowed_a_cartridge_shows_which_drive_is_where_and_goes_back() throws IOException {
        SimulatedSite site = SimulatedSite.small(Habit.NO_DEVICES);

        try (ScsiLibrary library = site.probe()) {
            assertThat(library.drives())
                    .containsEntry(DTE1, site.drives.get(0))
                    .containsEntry(DTE2, site.drives.get(1));
        }
        assertThat(site.placeOf("SBG001L6")).isEqualTo(SE1);
        assertThat(site.changer.log()).containsExactly("1000>500", "500>1000", "1000>501", "501>1000");
    }

    @Test
    @Tag("M18")
    void drives_are_recognised_by_their_world_wide_names_where_the_library_tells_those() throws IOException {
        SimulatedSite site = SimulatedSite.named(NAME1, NAME2);

        try (ScsiLibrary library = site.openNamed(NAME1, NAME2)) {
            assertThat(library.drives())
                    .containsEntry(DTE1, site.drives.get(0))
                    .containsEntry(DTE2, site.drives.get(1));
            library.move(SE1, DTE2);
            assertThat(site.cartridges.get("SBG001L6").loads())
                    .as("proven already: nothing is tried")
                    .isZero();
        }
        try (ScsiLibrary swapped = site.openNamed(NAME2.toUpperCase(Locale.ROOT), NAME1)) {
            assertThat(swapped.drives())
                    .as("the name decides, not the order")
                    .containsEntry(DTE1, site.drives.get(1))
                    .containsEntry(DTE2, site.drives.get(0));
        }
    }

    @Test
    @Tag("M18")
    void world_wide_names_that_no_drive_has_leave_it_unclear() {
        SimulatedSite site = SimulatedSite.named(NAME1, NAME2);

        for (String name : new String[] {null, NAME1.substring(0, 8), NAME1 + "0000000000000000", "5000e11150c0ffee"}) {
            refuses("the library doesn't tell which drives stand where", () -> site.openNamed(name, name));
        }
        refuses("two drives have what the library tells of dte1: " + NAME1, () -> site.openNamed(NAME1, NAME1));
        assertThat(site.changer.log()).isEmpty();
    }

    @Test
    @Tag("M18")
    void a_drive_whose_world_wide_name_is_wrong_may_be_the_last_one_and_the_first_cartridge_proves_it()
            throws IOException {
        SimulatedSite site = SimulatedSite.named(NAME1, NAME2);

        try (ScsiLibrary library = site.openNamed("5000e11150c0ffee", NAME2)) {
            assertThat(library.drives()).containsEntry(DTE1, site.drives.get(0));
            library.move(SE1, DTE1);
            assertThat(site.cartridges.get("SBG001L6").loads()).as("tried once").isEqualTo(1);
        }
        SimulatedSite crossed = SimulatedSite.named(NAME1, NAME2);
        // the drives' names were confused, and one of them has a slip of the pen, too
        try (ScsiLibrary library = crossed.openNamed(NAME2, "5000e11150c0ffee")) {
            refuses(
                    "a cartridge was brought to dte1, but didn't turn up in drive2 (serial number DRV00002)",
                    () -> library.move(SE1, DTE1));
        }
    }
}
