package io.saddlebag.library.scsi;

import io.saddlebag.scsi.memory.Bay;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import java.util.Map;

/** A drive in memory that a simulated robot serves; cartridges keep what was written on them. */
record DriveBay(MemoryTapeDrive drive, Map<String, MemoryCartridge> cartridges) implements Bay {
    @Override
    public void insert(String medium) {
        drive.insert(cartridges.computeIfAbsent(medium, m -> new MemoryCartridge(m, Capacity.ofBlocks(1000, 100))));
    }

    @Override
    public void remove() {
        if (drive.holdsItsCartridge()) {
            // a robot that pulls
            try {
                drive.unload();
            } catch (io.saddlebag.tape.TapeException e) {
                throw new IllegalStateException(e);
            }
        }
        drive.remove();
    }

    @Override
    public boolean releases() {
        return !drive.holdsItsCartridge();
    }
}
