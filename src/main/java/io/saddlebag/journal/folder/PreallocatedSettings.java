package io.saddlebag.journal.folder;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Files in a folder that an engine fills in turns, and that are emptied for it (J15).
 *
 * @param names of the files; whatever else is in the folder is left alone
 * @param number where each has the number of the journal that it holds
 */
public record PreallocatedSettings(String name, Path folder, Pattern names, NumberField number) {
    /**
     * A number in a file. All its bits are set in an empty file.
     *
     * @param at its first byte, from 0
     * @param bytes 4 or 8, unsigned; a journal's number has at most 63 bits
     */
    public record NumberField(long at, int bytes, ByteOrder order) {
        public static final NumberField FIRST_EIGHT_BYTES = new NumberField(0, Long.BYTES, ByteOrder.BIG_ENDIAN);

        public NumberField {
            if (at < 0 || (bytes != Integer.BYTES && bytes != Long.BYTES)) {
                throw new IllegalArgumentException("a number of " + bytes + " bytes at byte " + at
                        + " is none; valid are 4 or 8 bytes, from byte 0 on");
            }
        }
    }
}
