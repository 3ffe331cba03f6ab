package io.saddlebag.library.memory;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryContract;
import org.junit.jupiter.api.Tag;

@Tag("Q12")
class MemoryLibraryTest extends LibraryContract {
    @Override
    protected Library library() {
        return MemoryLibrary.named("lib")
                .slots(3)
                .drives(2)
                .cartridges("SBG001L6", "SBG002L6")
                .build();
    }

    @Override
    protected void operatorMoves(Library library, Element from, Element to) {
        ((MemoryLibrary) library).operatorMoves(from, to);
    }
}
