package io.saddlebag.library.scsi;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.tape.TapeDrive;
import org.jspecify.annotations.Nullable;

/**
 * A drive that stands in a library, and how it is recognised there.
 *
 * @param serial as the drive itself tells it (VPD page 80h), without padding
 * @param designator its binary name as hexadecimal digits (VPD page 83h), null when it has none
 * @param element where the configuration says that it stands, null when that is to be found out
 * @param claim among the hosts that reach it
 */
public record LibraryDrive(
        TapeDrive drive,
        String serial,
        @Nullable String designator,
        @Nullable Element element,
        DeviceClaim claim) {
    /** A drive that no other host uses. */
    public LibraryDrive(TapeDrive drive, String serial, @Nullable String designator, @Nullable Element element) {
        this(drive, serial, designator, element, DeviceClaim.UNSHARED);
    }

    public LibraryDrive {
        if (serial.isBlank()) {
            throw new IllegalArgumentException("drive " + drive.name() + " has no serial number");
        }
        if (element != null && element.kind() != ElementKind.DTE) {
            throw new IllegalArgumentException("drive " + drive.name() + " can't stand in " + element);
        }
    }

    @Override
    public String toString() {
        return drive.name() + " (serial number " + serial + ")";
    }
}
