package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.BlockAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A volume that has an id and no cartridge yet. Its id is in the register before it is on any medium, so that it can't
 * be given twice, and so that a label that a crash left alone is known again.
 *
 * @param label all but the barcode
 */
record NewVolume(VolumeLabel label) {
    /** The first volume of a set of its own. */
    static NewVolume first(VolumeId id, @Nullable MediaFamily family, String owner, String host, Instant now) {
        Instant created =
                now.truncatedTo(ChronoUnit.SECONDS); // labels know seconds, and the register says what they say
        return new NewVolume(new VolumeLabel(
                id,
                null,
                family == null ? null : family.name(),
                id,
                1,
                1,
                owner,
                host,
                created,
                created,
                Expiry.writeWindowEnd(family, created),
                Expiry.expires(family, created)));
    }

    /** The volume that a set goes on with: its times are the set's (M21). */
    static NewVolume after(VolumeLabel previous, VolumeId id, int file, String host, Instant now) {
        return new NewVolume(new VolumeLabel(
                id,
                null,
                previous.family(),
                previous.set(),
                previous.sequence() + 1,
                file,
                previous.owner(),
                host,
                now,
                previous.setCreated(),
                previous.writeWindowEnds(),
                previous.expires()));
    }

    VolumeId id() {
        return label.id();
    }

    NewVolume on(@Nullable Barcode barcode) {
        return new NewVolume(new VolumeLabel(
                label.id(),
                barcode,
                label.family(),
                label.set(),
                label.sequence(),
                label.firstFile(),
                label.owner(),
                label.host(),
                label.created(),
                label.setCreated(),
                label.writeWindowEnds(),
                label.expires()));
    }

    /** An empty volume with this label. */
    Volume volume() {
        return volume(label, 0, new BlockAddress(VolumeLabel.RECORDS), Volume.State.APPENDABLE);
    }

    static Volume volume(VolumeLabel label, int files, BlockAddress endOfData, Volume.State state) {
        return new Volume(
                label.id(),
                label.barcode(),
                label.family(),
                label.set(),
                label.sequence(),
                label.owner(),
                label.host(),
                label.setCreated(),
                label.writeWindowEnds(),
                label.expires(),
                files,
                endOfData,
                state);
    }

    static Volume tagged(Volume v, Barcode barcode) {
        return new Volume(
                v.id(),
                barcode,
                v.family(),
                v.set(),
                v.sequence(),
                v.owner(),
                v.host(),
                v.created(),
                v.writeWindowEnds(),
                v.expires(),
                v.files(),
                v.endOfData(),
                v.state());
    }

    static Volume changed(Volume v, int files, BlockAddress endOfData, Volume.State state) {
        return new Volume(
                v.id(),
                v.barcode(),
                v.family(),
                v.set(),
                v.sequence(),
                v.owner(),
                v.host(),
                v.created(),
                v.writeWindowEnds(),
                v.expires(),
                files,
                endOfData,
                state);
    }

    static Volume inState(Volume v, Volume.State state) {
        return changed(v, v.files(), v.endOfData(), state);
    }
}
