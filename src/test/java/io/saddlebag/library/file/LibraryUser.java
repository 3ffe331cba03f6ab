package io.saddlebag.library.file;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.tape.TapeDrawing;
import java.nio.file.Path;

/** A process of its own that uses a library until it is killed; it says on its output how far it got. */
final class LibraryUser {
    private LibraryUser() {}

    public static void main(String[] arguments) throws Exception {
        FileLibrary library = FileLibrary.open(Path.of(arguments[0]));
        Library.Reservation reservation = library.reserve(Element.drive(1));
        reservation.drive().load();
        System.out.println("loaded");
        for (int i = 0; i < 1_000_000; i++) {
            TapeDrawing.write(reservation.drive(), "block-" + i + "|#");
            System.out.println("block-" + i);
        }
    }
}
