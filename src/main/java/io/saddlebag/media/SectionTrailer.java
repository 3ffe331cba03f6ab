package io.saddlebag.media;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The label behind a section's data: EOF when the image ends here, EOV when it goes on (M6, M8;
 * docs/formats/tape-labels.md). Only with it, and the filemark behind it, is the section on the volume.
 *
 * @param blocks data blocks in this section
 * @param bytes of data in this section
 * @param imageBytes of the image up to the end of this section
 * @param crc32c of this section's data (Castagnoli)
 * @param next the volume that the image goes on with; null when it ends here
 */
public record SectionTrailer(
        long blocks,
        long bytes,
        long imageBytes,
        int crc32c,
        @Nullable VolumeId next) {
    private static final List<String> EOF = List.of("EOF1", "EOF2", "UTL1", "UTL2", "UTL3");
    private static final List<String> EOV = List.of("EOV1", "EOV2", "UTL1", "UTL2", "UTL3", "UTL4");
    private static final Pattern CRC = Pattern.compile("[0-9a-f]{8}");

    public SectionTrailer {
        if (blocks < 0 || bytes < 0 || imageBytes < bytes) {
            throw new IllegalArgumentException(blocks + " blocks, " + bytes + " of " + imageBytes + " bytes");
        }
    }

    /**
     * The trailer's records, 80 bytes each, one tape block each; a filemark follows EOF, two follow EOV.
     *
     * @param label of the same section
     */
    public List<byte[]> encode(ImageLabel label) {
        List<String> names = next == null ? EOF : EOV;
        List<byte[]> records = new ArrayList<>();
        records.add(label.first(names.get(0), blocks));
        records.add(label.second(names.get(1)));
        records.add(label.at().encode(names.get(2)));
        records.add(label.fourth(names.get(3)));
        records.add(new LabelWriter(names.get(4))
                .number(5, 23, blocks)
                .number(24, 42, bytes)
                .number(43, 61, imageBytes)
                .put(62, 69, String.format(Locale.ROOT, "%08x", crc32c))
                .toBytes());
        if (next != null) {
            records.add(new LabelWriter(names.get(5)).put(5, 35, next.value()).toBytes());
        }
        return records;
    }

    /**
     * Reads exactly the records of one trailer.
     *
     * @param label of the section it should belong to
     * @throws LabelException with the {@link LabelFault} that says why they are no trailer, or not that section's
     */
    public static SectionTrailer decode(List<byte[]> records, ImageLabel label) throws LabelException {
        boolean continued = !records.isEmpty() && startsWith(records.get(0), EOV.get(0));
        List<String> names = continued ? EOV : EOF;
        LabelRecords.requireSystem(LabelRecords.first(records, names), 61);
        List<LabelReader> r = LabelRecords.named(records, names);
        LabelReader utl3 = r.get(4);
        long bytes = utl3.number(24, 42);
        long imageBytes = utl3.number(43, 61);
        if (imageBytes < bytes) {
            throw new LabelException(
                    LabelFault.NOT_CANONICAL, "label record UTL3 has " + bytes + " of " + imageBytes + " bytes");
        }
        SectionTrailer trailer = new SectionTrailer(
                utl3.number(5, 23),
                bytes,
                imageBytes,
                utl3.id(62, 69, SectionTrailer::parseCrc),
                continued ? r.get(5).volumeId(5) : null);
        LabelRecords.requireSame(records, trailer.encode(label));
        return trailer;
    }

    private static boolean startsWith(byte[] record, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (i >= record.length || record[i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int parseCrc(String hex) {
        if (!CRC.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' is not a CRC of eight hexadecimal digits");
        }
        return HexFormat.fromHexDigits(hex);
    }
}
