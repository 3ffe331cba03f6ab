package io.saddlebag.tape.file;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What stands beside a cartridge's file: its barcode, and what a real cartridge's shell and chip hold.
 *
 * @param format version of this description, {@link #FORMAT}
 * @param capacityBytes what the cartridge file may grow to: data, and the format's 8 to 9 bytes a block and 4 a filemark
 * @param earlyWarningBytes a file that long has passed its early-warning point (M6)
 * @param writeProtected the tab
 * @param loads how often it was loaded
 * @param bytesWritten data bytes ever written to it, overwritten ones too; counted at unload
 * @param endOfDataBytes length that the file had at least when it was unloaded: an end before that is damage, not an end
 */
@JsonPropertyOrder({
    "format",
    "barcode",
    "capacityBytes",
    "earlyWarningBytes",
    "writeProtected",
    "loads",
    "bytesWritten",
    "endOfDataBytes"
})
public record CartridgeDescription(
        int format,
        String barcode,
        long capacityBytes,
        long earlyWarningBytes,
        boolean writeProtected,
        long loads,
        long bytesWritten,
        long endOfDataBytes) {
    public static final int FORMAT = 1;

    public CartridgeDescription {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " is unknown; valid is " + FORMAT);
        }
        if (capacityBytes < 0 || earlyWarningBytes < 0 || earlyWarningBytes > capacityBytes) {
            throw new IllegalArgumentException("a cartridge of " + capacityBytes + " bytes can't warn at "
                    + earlyWarningBytes + "; valid is 0 to " + capacityBytes);
        }
        if (loads < 0 || bytesWritten < 0 || endOfDataBytes < 0) {
            throw new IllegalArgumentException("counts are not negative");
        }
    }

    /** A cartridge that was never loaded. */
    public static CartridgeDescription blank(String barcode, long capacityBytes, long earlyWarningBytes) {
        return new CartridgeDescription(FORMAT, barcode, capacityBytes, earlyWarningBytes, false, 0, 0, 0);
    }

    public CartridgeDescription withWriteProtection(boolean protection) {
        return new CartridgeDescription(
                format, barcode, capacityBytes, earlyWarningBytes, protection, loads, bytesWritten, endOfDataBytes);
    }

    CartridgeDescription loadedOnceMore() {
        return new CartridgeDescription(
                format,
                barcode,
                capacityBytes,
                earlyWarningBytes,
                writeProtected,
                loads + 1,
                bytesWritten,
                endOfDataBytes);
    }

    CartridgeDescription endingAt(long bytes) {
        return new CartridgeDescription(
                format, barcode, capacityBytes, earlyWarningBytes, writeProtected, loads, bytesWritten, bytes);
    }

    CartridgeDescription afterWriting(long moreBytes) {
        return new CartridgeDescription(
                format,
                barcode,
                capacityBytes,
                earlyWarningBytes,
                writeProtected,
                loads,
                bytesWritten + moreBytes,
                endOfDataBytes);
    }
}
