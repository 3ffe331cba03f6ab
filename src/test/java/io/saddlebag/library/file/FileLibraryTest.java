package io.saddlebag.library.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryContract;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLibraryTest extends LibraryContract {
    private static final NewLibrary PLAN = NewLibrary.DEFAULT
            .named("lib")
            .withCartridges(2, "SBG")
            .withElements(3, 2, 1)
            .withCapacity(ByteCount.mebibytes(1), ByteCount.kibibytes(64));
    private static final Barcode SBG001 = new Barcode("SBG001L6");

    @TempDir
    Path folder;

    @Override
    protected Library library() throws IOException {
        return FileLibrary.create(folder, PLAN);
    }

    /** A person edits the file, and knows nothing of generations. */
    @Override
    protected void operatorMoves(Library library, Element from, Element to) throws IOException {
        edit("\"" + from + "\"", "\"" + to + "\"");
    }

    @Test
    void two_processes_see_each_others_moves() throws IOException {
        try (FileLibrary here = FileLibrary.open(folder);
                FileLibrary there = FileLibrary.open(folder)) {
            here.move(SE1, DTE1);

            assertThat(there.inventory()).isEqualTo(here.inventory());
            refuses(LibraryFault.SOURCE_EMPTY, () -> there.move(SE1, SE3));

            TapeDrive mine = here.drives().get(DTE1);
            mine.load();
            assertThatThrownBy(() -> there.drives().get(DTE1).load()).hasMessageContaining(TapeFault.IN_USE.id());
            refuses(LibraryFault.NOT_RELEASED, () -> there.move(DTE1, SE1));
            mine.unload();
            there.move(DTE1, SE1);
            assertThatThrownBy(mine::load).hasMessageContaining(TapeFault.NO_MEDIUM.id());
        }
    }

    @Test
    @Tag("M19")
    void two_libraries_on_one_folder_share_reservations() throws Exception {
        try (FileLibrary here = FileLibrary.open(folder);
                FileLibrary there = FileLibrary.open(folder)) {
            Library.Reservation mine = here.reserve(DTE1);

            assertThatThrownBy(() -> there.reserve(DTE1))
                    .hasMessage("SBG-L010 drive dte1 of library lib is reserved by this process\nDATA: "
                            + LibraryFault.IN_USE.effect()
                            + "\nHINT: Wait until it is given back, or use another drive.");

            mine.close();
            there.reserve(DTE1).close();
        }
    }

    @Test
    void a_cartridge_that_lost_its_file_is_reported_as_an_empty_element_by_a_scan() throws IOException {
        try (FileLibrary library = FileLibrary.open(folder)) {
            Files.delete(folder.resolve("cartridges/SBG001L6.tap"));

            assertThat(drawing(library.scan())).isEqualTo("mte1:- se1:- se2:SBG002L6 se3:- iee1:- dte1:- dte2:-");
            assertThat(library.scan()).isEqualTo(library.inventory());
        }
    }

    @Test
    void cartridges_come_in_and_go_out() throws IOException {
        try (FileLibrary library = FileLibrary.open(folder)) {
            library.move(SE1, IEE1);
            assertThat(library.outside()).isEmpty();

            assertThat(library.extract(IEE1)).isEqualTo(SBG001);
            assertThat(library.outside()).containsExactly(SBG001);
            refuses(LibraryFault.SOURCE_EMPTY, () -> library.extract(IEE1));
            refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.extract(DTE1));
            refuses(LibraryFault.DESTINATION_FULL, () -> library.insert(SBG001, SE2));
            refuses(LibraryFault.NO_SUCH_ELEMENT, () -> library.insert(SBG001, DTE1));
            refuses(LibraryFault.SOURCE_EMPTY, () -> library.insert(new Barcode("NONE"), SE1));
            refuses(LibraryFault.BARCODE_IN_USE, () -> library.insert(new Barcode("SBG002L6"), SE1));

            library.insert(SBG001, SE3);
            library.insertBlank(new Barcode("NEW"), ByteCount.of(100), ByteCount.of(50), SE1);
            refuses(
                    LibraryFault.BARCODE_IN_USE,
                    () -> library.insertBlank(SBG001, ByteCount.of(100), ByteCount.of(50), IEE1));
            assertThat(drawing(library.inventory()))
                    .isEqualTo("mte1:- se1:NEW se2:SBG002L6 se3:SBG001L6 iee1:- dte1:- dte2:-");
        }
    }

    @Test
    void a_blank_cartridge_is_never_made_over_a_written_one() throws IOException {
        try (FileLibrary library = FileLibrary.open(folder)) {
            write(library, "abcd|#");
            library.extract(SE1);

            refuses(
                    LibraryFault.BARCODE_IN_USE,
                    () -> library.insertBlank(SBG001, ByteCount.of(100), ByteCount.of(50), SE1));

            assertThat(Files.size(folder.resolve("cartridges/SBG001L6.tap"))).isEqualTo(16);
        }
    }

    @Test
    void a_tab_protects_a_cartridge() throws IOException {
        try (FileLibrary library = FileLibrary.open(folder)) {
            library.protect(SBG001);
            assertThatThrownBy(() -> write(library, "abcd")).hasMessageContaining(TapeFault.WRITE_PROTECTED.id());
            refuses(LibraryFault.IN_USE, () -> library.unprotect(SBG001));
            library.drives().get(DTE1).unload();
            library.move(DTE1, SE1);

            library.unprotect(SBG001);
            write(library, "abcd");
        }
    }

    @Test
    void refuses_to_create_a_library_over_another() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("library.json"));

        refuses(LibraryFault.BAD_LIBRARY, () -> FileLibrary.create(folder, PLAN));

        assertThat(folder.resolve("library.json")).hasBinaryContent(before);
        FileLibrary.openOrCreate(folder, PLAN).close();
    }

    @Test
    void goes_on_with_a_creation_that_did_not_end() throws IOException {
        Files.delete(folder.resolve("library.json"));

        FileLibrary.create(folder, PLAN).close();
    }

    @Test
    void says_where_its_description_is_wrong() throws IOException {
        String good = Files.readString(folder.resolve("library.json"));
        refusesDescription("{", "library.json:1:2: Unexpected end-of-input");
        refusesDescription(good.replace("\"slots\" : 3", "\"slots\" : \"x\""), "library.json:6:13: Cannot deserialize");
        refusesDescription(good.replace("\"slots\"", "\"slotz\""), "Missing creator property 'slots'");
        refusesDescription(good.replace("\"format\" : 1", "\"format\" : 2"), "format 2 is unknown; valid is 1");
        refusesDescription(good.replace("\"se2\"", "\"se9\""), "there is no element se9 for SBG002L6");
        refusesDescription(good.replace("\"se2\"", "\"se1\""), "two cartridges are in se1");
        refusesDescription(good.replace("SBG002L6", "SBG001L6"), "SBG001L6 is in two elements");
        refusesDescription(good.replace("SBG002L6", "../SBG"), "'../SBG' is not a barcode for a virtual cartridge");
        Files.delete(folder.resolve("library.json"));
        assertThatThrownBy(() -> FileLibrary.open(folder)).hasMessageContaining("there is no library in " + folder);
    }

    @Test
    void a_plan_that_makes_no_library_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLAN.withCartridges(4, "X"))
                .withMessage("4 cartridges don't fit into 3 slots");
        assertThatIllegalArgumentException().isThrownBy(() -> PLAN.withElements(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> PLAN.withCapacity(ByteCount.of(1), ByteCount.of(2)));
    }

    private void write(FileLibrary library, String drawing) throws IOException {
        library.move(SE1, DTE1);
        TapeDrive drive = library.drives().get(DTE1);
        drive.load();
        TapeDrawing.write(drive, drawing);
        drive.unload();
        library.move(DTE1, SE1);
    }

    private void refusesDescription(String content, String reason) throws IOException {
        Files.writeString(folder.resolve("library.json"), content);
        assertThatThrownBy(() -> FileLibrary.open(folder))
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(LibraryFault.BAD_LIBRARY))
                .hasMessageContaining(reason);
    }

    private void edit(String text, String replacement) throws IOException {
        Path file = folder.resolve("library.json");
        Files.writeString(file, Files.readString(file).replaceFirst(text, replacement));
    }
}
