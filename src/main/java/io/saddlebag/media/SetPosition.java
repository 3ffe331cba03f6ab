package io.saddlebag.media;

/**
 * Which volume of which set a label stands on.
 *
 * @param set id of the set's first volume
 * @param sequence the volume's place in the set, from 1
 */
public record SetPosition(VolumeId volume, VolumeId set, int sequence) {
    public SetPosition {
        LabelRecords.requireNumber("a sequence number", sequence);
    }

    byte[] encode(String recordName) {
        return new LabelWriter(recordName)
                .put(5, 35, volume.value())
                .put(36, 66, set.value())
                .number(67, 72, sequence)
                .toBytes();
    }

    static SetPosition decode(LabelReader record) throws LabelException {
        return new SetPosition(record.volumeId(5), record.volumeId(36), record.number(67, 72, 1));
    }
}
