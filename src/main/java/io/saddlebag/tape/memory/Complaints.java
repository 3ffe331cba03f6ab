package io.saddlebag.tape.memory;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;

/** What a simulated drive says about the faults that are planned for it. */
record Complaints(String drive) {
    TapeException mediumError(MemoryCartridge cartridge, int position, String verb) {
        return new TapeException(
                TapeFault.MEDIUM_ERROR,
                new BlockAddress(position) + " of cartridge " + cartridge.barcode() + " in drive " + drive
                        + " can't be " + verb,
                "Clean the drive and try again; restore from another copy if it stays so.");
    }

    TapeException driveError() {
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "drive " + drive + " failed and doesn't say how far it got",
                "Ask for the position before anything else; look at the drive if it happens again.");
    }

    TapeException positionLost() {
        return new TapeException(
                TapeFault.POSITION_LOST,
                "drive " + drive + " doesn't know where it stands after an error",
                "Ask for the position, or rewind, before anything is read or written.");
    }

    TapeException unitAttention() {
        return new TapeException(
                TapeFault.UNIT_ATTENTION,
                "drive " + drive + " was reset or its cartridge was exchanged",
                "Read the position and the volume label again before anything is written.");
    }
}
