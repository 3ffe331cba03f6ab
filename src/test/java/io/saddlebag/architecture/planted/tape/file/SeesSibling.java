package io.saddlebag.architecture.planted.tape.file;

import io.saddlebag.architecture.planted.tape.TapePort;
import io.saddlebag.architecture.planted.tape.memory.MemoryTape;

public class SeesSibling extends TapePort {
    Object sibling() {
        return new MemoryTape();
    }
}
