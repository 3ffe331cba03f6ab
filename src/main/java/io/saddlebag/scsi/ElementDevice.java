package io.saddlebag.scsi;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which drive stands in an element (DVCID, SMC-3, 6.11.5; designators as in SPC-4, 7.8.6). A changer may cut it short, so
 * that it proves a drive's identity only when it names the drive's whole serial number or designator.
 *
 * @param codeSet 1 binary, 2 ASCII, 3 UTF-8
 * @param type 0 vendor specific, 1 T10 vendor identification, 3 NAA, ...
 * @param text what was delivered, without padding; binary as hexadecimal digits
 */
public record ElementDevice(int codeSet, int type, String text) {
    private static final int BINARY = 1;
    private static final int T10_VENDOR = 1;
    /** Vendor identification and product identification come before the serial number. */
    private static final int BEFORE_SERIAL = 24;

    static @Nullable ElementDevice parse(int codeSet, int type, byte[] identifier) {
        if (codeSet == BINARY) {
            return identifier.length == 0
                    ? null
                    : new ElementDevice(codeSet, type, java.util.HexFormat.of().formatHex(identifier));
        }
        String text = new String(identifier, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        String whole = end < 0 ? text : text.substring(0, end);
        return whole.isBlank() ? null : new ElementDevice(codeSet, type, whole.stripTrailing());
    }

    /**
     * Whether this names the drive of that serial number (VPD page 80h), wholly and not by chance.
     *
     * @param serial without padding
     */
    public boolean names(String serial) {
        if (serial.isBlank() || codeSet == BINARY) {
            return false;
        }
        String wanted = serial.strip();
        if (type == T10_VENDOR && text.length() > BEFORE_SERIAL) {
            String tail = text.substring(BEFORE_SERIAL).strip();
            return tail.equals(wanted);
        }
        return text.strip().equals(wanted);
    }

    /** Whether this may be the beginning of what the library would tell of that drive: a part proves nothing else. */
    public boolean mayName(String serial) {
        if (codeSet == BINARY) {
            return true;
        }
        String wanted = serial.strip();
        boolean vendorFirst = type == T10_VENDOR;
        if (vendorFirst) {
            return text.length() <= BEFORE_SERIAL
                    || wanted.startsWith(text.substring(BEFORE_SERIAL).strip());
        }
        return wanted.startsWith(text.strip());
    }

    /** Whether this is the drive's binary designator, e.g. its NAA name (VPD page 83h), in hexadecimal digits. */
    public boolean isDesignator(String hexDigits) {
        return codeSet == BINARY && text.equalsIgnoreCase(hexDigits);
    }
}
