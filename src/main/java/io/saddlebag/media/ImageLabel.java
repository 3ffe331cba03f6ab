package io.saddlebag.media;

import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.quantity.BlockSize;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The label before a section of an image (M8; docs/formats/tape-labels.md). Times have whole seconds; texts are cut to
 * what fits 76 columns.
 *
 * @param at the volume it stands on: a copy of that volume's label, so that nobody has to rewind for it
 * @param fileNumber of the image in the volume set, from 1 (M11)
 * @param section of the image, from 1
 * @param imageId 1 to 36 printable characters without blanks
 * @param blockSize of the data blocks, all but the last
 * @param framing how the data blocks are framed, of the same block size; null when they are bare slices of the image (M7)
 * @param created when the image was begun; the same in all its sections
 * @param layers from the inside to the outside, {@code [tar, zstd]}
 * @param offsetBytes where in the image this section begins
 * @param previous the volume of the section before; null in the first
 * @param expires as in the volume's label; null when it doesn't expire by time
 * @param lane of the image; its sections are numbered within it (M28)
 */
public record ImageLabel(
        SetPosition at,
        int fileNumber,
        int section,
        String imageId,
        BlockSize blockSize,
        @Nullable ProtectedFraming framing,
        Instant created,
        String owner,
        String host,
        String name,
        String job,
        List<String> layers,
        long offsetBytes,
        @Nullable VolumeId previous,
        @Nullable Instant expires,
        Lane lane) {
    static final List<String> NAMES =
            List.of("HDR1", "HDR2", "UHL1", "UHL2", "UHL3", "UHL4", "UHL5", "UHL6", "UHL7", "UHL8");
    static final String KIND = "DATA";

    private static final Pattern IMAGE_ID = Pattern.compile("[!-~]{1,36}");
    private static final Pattern LAYER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+_-]*");

    public ImageLabel {
        LabelRecords.requireNumber("a file number", fileNumber);
        LabelRecords.requireNumber("a section number", section);
        requireImageId(imageId);
        layers = List.copyOf(layers);
        requireLayers(layers);
        if (offsetBytes < 0 || (section == 1) != (previous == null)) {
            throw new IllegalArgumentException("section " + section + " at offset " + offsetBytes + " behind volume "
                    + previous + "; only the first has none before it");
        }
        if (framing != null && !framing.blockSize().equals(blockSize)) {
            throw new IllegalArgumentException(framing + " in blocks of " + blockSize.bytes() + " bytes");
        }
        owner = LabelText.cut(owner, LabelRecords.TEXT_COLUMNS);
        host = LabelText.cut(host, LabelRecords.TEXT_COLUMNS);
        name = LabelText.cut(name, LabelRecords.TEXT_COLUMNS);
        job = LabelText.cut(job, LabelRecords.TEXT_COLUMNS);
        created = LabelRecords.seconds(created);
        expires = expires == null ? null : LabelRecords.seconds(expires);
    }

    /** The label's records, 80 bytes each, one tape block each; a filemark follows them. */
    public List<byte[]> encode() {
        return List.of(
                first("HDR1", 0),
                second("HDR2"),
                at.encode("UHL1"),
                fourth("UHL2"),
                new LabelWriter("UHL3").text(5, 80, owner).toBytes(),
                new LabelWriter("UHL4").text(5, 80, host).toBytes(),
                new LabelWriter("UHL5").text(5, 80, name).toBytes(),
                new LabelWriter("UHL6").text(5, 80, job).toBytes(),
                new LabelWriter("UHL7").put(5, 80, String.join(",", layers)).toBytes(),
                new LabelWriter("UHL8")
                        .number(5, 23, offsetBytes)
                        .put(24, 54, previous == null ? "" : previous.value())
                        .time(55, expires)
                        .put(71, 76, FramingText.of(framing))
                        .put(77, 80, LaneText.of(lane))
                        .toBytes());
    }

    /** HDR1, EOF1, EOV1. */
    byte[] first(String recordName, long blocks) {
        return AnsiHeader.first(recordName, at, name, section, fileNumber, created, expires, blocks);
    }

    /** HDR2, EOF2, EOV2. */
    byte[] second(String recordName) {
        return new LabelWriter(recordName)
                .put(5, 5, "U")
                .number(6, 10, blockSize.bytes() > 99_999 ? 0 : blockSize.bytes())
                .number(11, 15, 0)
                .number(51, 52, 0)
                .number(71, 80, blockSize.bytes())
                .toBytes();
    }

    /** UHL2, UTL2. */
    byte[] fourth(String recordName) {
        return new LabelWriter(recordName)
                .put(5, 40, imageId)
                .number(41, 46, fileNumber)
                .number(47, 52, section)
                .number(53, 60, blockSize.bytes())
                .time(61, created)
                .put(77, 80, KIND)
                .toBytes();
    }

    /**
     * Reads exactly the records of one image label.
     *
     * @throws LabelException with the {@link LabelFault} that says why they are none
     */
    public static ImageLabel decode(List<byte[]> records) throws LabelException {
        LabelRecords.requireSystem(LabelRecords.first(records, NAMES), 61);
        List<LabelReader> r = LabelRecords.named(records, NAMES);
        LabelReader uhl2 = r.get(3);
        LabelReader uhl8 = r.get(9);
        int section = uhl2.number(47, 52, 1);
        VolumeId previous = uhl8.optionalVolumeId(24);
        if ((section == 1) != (previous == null)) {
            throw new LabelException(
                    LabelFault.NOT_CANONICAL,
                    "label record UHL8 names previous volume " + previous + " in section " + section);
        }
        BlockSize blockSize = uhl2.id(53, 60, digits -> new BlockSize(Integer.parseInt(digits)));
        ImageLabel label = new ImageLabel(
                SetPosition.decode(r.get(2)),
                uhl2.number(41, 46, 1),
                section,
                uhl2.id(5, 40, ImageLabel::requireImageId),
                blockSize,
                uhl8.raw(71, 76).isBlank() ? null : uhl8.id(71, 76, text -> FramingText.parse(text, blockSize)),
                uhl2.time(61),
                r.get(4).text(5, 80),
                r.get(5).text(5, 80),
                r.get(6).text(5, 80),
                r.get(7).text(5, 80),
                r.get(8).id(5, 80, ImageLabel::parseLayers),
                uhl8.number(5, 23),
                previous,
                uhl8.optionalTime(55),
                uhl8.raw(77, 80).isBlank() ? Lane.ONLY : uhl8.id(77, 80, LaneText::parse));
        LabelRecords.requireSame(records, label.encode());
        return label;
    }

    private static String requireImageId(String id) {
        if (!IMAGE_ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "'" + id + "' is not an image id; valid are 1 to 36 printable characters without blanks");
        }
        return id;
    }

    private static List<String> parseLayers(String text) {
        List<String> layers = text.isEmpty() ? List.of() : List.of(text.split(",", -1));
        requireLayers(layers);
        return layers;
    }

    private static void requireLayers(List<String> layers) {
        if (!layers.stream().allMatch(l -> LAYER.matcher(l).matches())
                || String.join(",", layers).length() > LabelRecords.TEXT_COLUMNS) {
            throw new IllegalArgumentException(layers + " are not layers' names of " + LabelRecords.TEXT_COLUMNS
                    + " characters at most, as in tar,zstd");
        }
    }
}
