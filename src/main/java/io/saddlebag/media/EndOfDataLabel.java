package io.saddlebag.media;

import java.time.Instant;
import java.util.List;

/**
 * The label behind the last image: where the next one goes (M8, M9).
 *
 * @param fileNumber that the next image would have
 * @param written whole seconds
 */
public record EndOfDataLabel(SetPosition at, int fileNumber, Instant written) {
    static final List<String> NAMES = List.of("HDR1", "UHL1", "UHL2");
    static final String FILE_ID = "*END OF DATA*";
    static final String KIND = "EOD ";

    public EndOfDataLabel {
        LabelRecords.requireNumber("a file number", fileNumber);
        written = LabelRecords.seconds(written);
    }

    /** The label's records, 80 bytes each, one tape block each; two filemarks follow them. */
    public List<byte[]> encode() {
        return List.of(
                AnsiHeader.first("HDR1", at, FILE_ID, 1, fileNumber, written, null, 0),
                at.encode("UHL1"),
                new LabelWriter("UHL2")
                        .number(41, 46, fileNumber)
                        .number(47, 52, 1)
                        .number(53, 60, 0)
                        .time(61, written)
                        .put(77, 80, KIND)
                        .toBytes());
    }

    /** Whether these records are meant to be an end-of-data label; reading them may still fail. */
    public static boolean isOne(List<byte[]> records) {
        return records.size() == NAMES.size();
    }

    /**
     * Reads exactly the records of one end-of-data label.
     *
     * @throws LabelException with the {@link LabelFault} that says why they are none
     */
    public static EndOfDataLabel decode(List<byte[]> records) throws LabelException {
        LabelRecords.requireSystem(LabelRecords.first(records, NAMES), 61);
        List<LabelReader> r = LabelRecords.named(records, NAMES);
        EndOfDataLabel label = new EndOfDataLabel(
                SetPosition.decode(r.get(1)),
                r.get(2).number(41, 46, 1),
                r.get(2).time(61));
        LabelRecords.requireSame(records, label.encode());
        return label;
    }
}
