package io.saddlebag.tape.file;

import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeDriveContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileTapeDriveTest extends TapeDriveContract {
    /** Four bytes and two lengths. */
    private static final long BLOCK_BYTES = 12;

    @TempDir
    Path folder;

    private final FileTapeDrive drive = new FileTapeDrive("drive1");

    @Override
    protected TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) throws IOException {
        long warning = blocksUntilWarning * BLOCK_BYTES;
        drive.insert(FileCartridge.create(
                folder, CartridgeDescription.blank("SBG001L6", warning + blocksAfterWarning * BLOCK_BYTES, warning)));
        return drive;
    }

    @Override
    protected TapeDrive emptyDrive() {
        return drive;
    }

    @Override
    protected void protectCartridge() throws IOException {
        FileCartridge cartridge = drive.cartridge().orElseThrow();
        cartridge.describe(cartridge.description().withWriteProtection(true));
    }

    /** Closing without unloading is what the system does when the process dies. */
    @Override
    protected TapeDrive afterCrash(TapeDrive crashed) throws IOException {
        crashed.close();
        FileTapeDrive next = new FileTapeDrive("drive1");
        next.insert(FileCartridge.in(folder, "SBG001L6"));
        return next;
    }
}
