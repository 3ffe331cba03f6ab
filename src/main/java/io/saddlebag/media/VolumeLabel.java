package io.saddlebag.media;

import io.saddlebag.library.Barcode;
import io.saddlebag.protection.Protection;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The label at the beginning of a volume (M8; docs/formats/tape-labels.md). Times have whole seconds; owner and host are
 * cut to what fits 76 columns.
 *
 * @param set id of the set's first volume
 * @param sequence place in the set, from 1
 * @param owner whose volume it is, a user or {@code [group,member]} (M29)
 * @param protection who may read and write it; null when nothing was said: its owner then writes, and reading is free (M29)
 * @param firstFile number of the first file on this volume, from 1; files are numbered through the set (M11)
 * @param created when this volume was labelled
 * @param setCreated when the set's first volume was labelled
 * @param writeWindowEnds null for never
 * @param expires null when it doesn't expire by time
 */
public record VolumeLabel(
        VolumeId id,
        @Nullable Barcode barcode,
        @Nullable String family,
        VolumeId set,
        int sequence,
        int firstFile,
        String owner,
        @Nullable Protection protection,
        String host,
        Instant created,
        Instant setCreated,
        @Nullable Instant writeWindowEnds,
        @Nullable Instant expires) {
    /** Records that {@link #encode} makes: the address of what comes behind. */
    public static final int RECORDS = 6;

    private static final List<String> NAMES = List.of("VOL1", "UVL1", "UVL2", "UVL3", "UVL4", "UVL5");
    private static final Pattern FAMILY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,23}");

    public VolumeLabel {
        LabelRecords.requireNumber("a sequence number", sequence);
        LabelRecords.requireNumber("a file number", firstFile);
        if (family != null && !FAMILY.matcher(family).matches()) {
            throw new IllegalArgumentException("'" + family + "' is not a media family's name");
        }
        owner = LabelText.cut(owner, LabelRecords.TEXT_COLUMNS);
        host = LabelText.cut(host, LabelRecords.TEXT_COLUMNS);
        created = LabelRecords.seconds(created);
        setCreated = LabelRecords.seconds(setCreated);
        writeWindowEnds = writeWindowEnds == null ? null : LabelRecords.seconds(writeWindowEnds);
        expires = expires == null ? null : LabelRecords.seconds(expires);
    }

    /** The label's records, 80 bytes each, one tape block each. */
    public List<byte[]> encode() {
        return List.of(
                new LabelWriter("VOL1")
                        .shortId(5, id)
                        .put(25, 37, LabelRecords.SYSTEM)
                        .text(38, 51, owner)
                        .put(80, 80, "4")
                        .toBytes(),
                new LabelWriter("UVL1")
                        .put(5, 35, id.value())
                        .put(36, 66, barcode == null ? "" : barcode.value())
                        .number(67, 72, sequence)
                        .toBytes(),
                new LabelWriter("UVL2")
                        .put(5, 35, set.value())
                        .put(36, 59, family == null ? "" : family)
                        .put(60, 80, protection == null ? "" : protection.toString())
                        .toBytes(),
                new LabelWriter("UVL3").text(5, 80, owner).toBytes(),
                new LabelWriter("UVL4").text(5, 80, host).toBytes(),
                new LabelWriter("UVL5")
                        .time(5, created)
                        .time(21, setCreated)
                        .time(37, writeWindowEnds)
                        .time(53, expires)
                        .number(69, 74, firstFile)
                        .toBytes());
    }

    /**
     * Reads exactly the records of one volume label.
     *
     * @throws LabelException with the {@link LabelFault} that says why they are none
     */
    public static VolumeLabel decode(List<byte[]> records) throws LabelException {
        // before the others: a later version may have other records
        LabelRecords.requireSystem(LabelRecords.first(records, NAMES), 25);
        List<LabelReader> r = LabelRecords.named(records, NAMES);
        LabelReader uvl1 = r.get(1);
        LabelReader uvl2 = r.get(2);
        LabelReader uvl5 = r.get(5);
        String family = uvl2.raw(36, 59).isBlank() ? null : uvl2.id(36, 59, VolumeLabel::requireFamily);
        VolumeLabel label = new VolumeLabel(
                uvl1.volumeId(5),
                uvl1.optionalBarcode(36),
                family,
                uvl2.volumeId(5),
                uvl1.number(67, 72, 1),
                uvl5.number(69, 74, 1),
                r.get(3).text(5, 80),
                uvl2.raw(60, 80).isBlank() ? null : uvl2.id(60, 80, Protection::parseForTape),
                r.get(4).text(5, 80),
                uvl5.time(5),
                uvl5.time(21),
                uvl5.optionalTime(37),
                uvl5.optionalTime(53));
        LabelRecords.requireSame(records, label.encode());
        return label;
    }

    private static String requireFamily(String family) {
        if (!FAMILY.matcher(family).matches()) {
            throw new IllegalArgumentException("'" + family + "' is not a media family's name");
        }
        return family;
    }

    /** Whether these records are the part of such a label that was written before a power loss. */
    public static boolean isTorn(List<byte[]> records) {
        if (records.isEmpty() || records.size() >= RECORDS) {
            return false;
        }
        try {
            LabelRecords.requireSystem(
                    LabelRecords.named(records, NAMES.subList(0, records.size()))
                            .get(0),
                    25);
            return true;
        } catch (LabelException e) {
            return false;
        }
    }
}
