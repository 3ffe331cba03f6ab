package io.saddlebag.tape.file;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What a file drive says about failures of the machine underneath. */
record FileFailures(String drive) {
    /** How Linux, the BSDs and Windows say that nothing more fits; Java hands on no number. */
    private static final List<String> FULL =
            List.of("no space left", "not enough space", "quota exceeded", "disk full", "file too large");

    TapeException inUse(FileCartridge cartridge, String holder) {
        return new TapeException(
                TapeFault.IN_USE,
                "cartridge " + cartridge.name() + " is loaded elsewhere, by " + holder,
                "Wait until it is unloaded there, or use another cartridge.");
    }

    TapeException notACartridge(FileCartridge cartridge, String why, IOException cause) {
        return new TapeException(
                TapeFault.NOT_A_CARTRIDGE,
                cartridge.tap() + " is not a virtual cartridge: " + why,
                "Insert another cartridge; the format is in docs/formats/virtual-cartridge.md.",
                cause);
    }

    TapeException reading(String cartridge, BlockAddress at, IOException cause) {
        return new TapeException(
                TapeFault.MEDIUM_ERROR,
                "cartridge " + cartridge + " in drive " + drive + " can't be read at or behind " + at + ": "
                        + cause.getMessage(),
                "Check the disk that holds the cartridge, and restore from another copy.",
                cause);
    }

    /** @param end where the tape ends now */
    TapeException writing(String cartridge, BlockAddress end, IOException cause) {
        if (isFull(cause)) {
            return new TapeException(
                    TapeFault.OUT_OF_SPACE,
                    "the disk that holds cartridge " + cartridge + " is full; the tape now ends before " + end,
                    "Free space on that disk, or give the library cartridges on another one.",
                    cause);
        }
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "cartridge " + cartridge + " in drive " + drive + " could not be written: " + cause.getMessage()
                        + "; the tape now ends before " + end,
                "Check the disk that holds the cartridge; use another cartridge until then.",
                cause);
    }

    TapeException describing(FileCartridge cartridge, IOException cause) {
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "the description of cartridge " + cartridge.name() + " can't be written: " + cause.getMessage(),
                "Check the disk that holds the cartridge.",
                cause);
    }

    static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return FULL.stream().anyMatch(message::contains);
    }
}
