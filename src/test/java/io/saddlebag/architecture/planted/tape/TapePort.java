package io.saddlebag.architecture.planted.tape;

public class TapePort {
    Object implementation() {
        return new io.saddlebag.architecture.planted.tape.file.SeesSibling();
    }
}
