package io.saddlebag.architecture.planted.backup;

import io.saddlebag.architecture.planted.tape.memory.MemoryTape;

class ImportsLeaf {
    Object leaf() {
        return new MemoryTape();
    }
}
