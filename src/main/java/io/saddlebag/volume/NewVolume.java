package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.protection.Protection;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tapeoption.Positioning;
import io.saddlebag.tapeoption.TapeOptions;
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
        return first(id, family, owner, null, host, null, now);
    }

    /** The first volume of a set of its own; owner and protection are the options' with rewind only (M29). */
    static NewVolume first(VolumeId id, Need need, Instant now) {
        TapeOptions options = need.options();
        boolean rewind = options.positioning() == Positioning.REWIND;
        return first(
                id,
                need.family(),
                rewind && options.owner() != null ? options.owner().toString() : need.owner(),
                rewind ? options.protection() : null,
                need.host(),
                options.tapeExpiration(),
                now);
    }

    private static NewVolume first(
            VolumeId id,
            @Nullable MediaFamily family,
            String owner,
            @Nullable Protection protection,
            String host,
            @Nullable Instant expires,
            Instant now) {
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
                protection,
                host,
                created,
                created,
                Expiry.writeWindowEnd(family, created),
                expires == null ? Expiry.expires(family, created) : expires));
    }

    /** The volume that a set goes on with: its times are the set's (M21), unless the options say something else. */
    static NewVolume after(VolumeLabel previous, VolumeId id, int file, Need need, Instant now) {
        TapeOptions options = need.options();
        return new NewVolume(new VolumeLabel(
                id,
                null,
                previous.family(),
                previous.set(),
                previous.sequence() + 1,
                file,
                options.owner() == null ? previous.owner() : options.owner().toString(),
                options.protection() == null ? previous.protection() : options.protection(),
                need.host(),
                now,
                previous.setCreated(),
                previous.writeWindowEnds(),
                options.tapeExpiration() == null ? previous.expires() : options.tapeExpiration()));
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
                label.protection(),
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
                label.protection(),
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
                v.protection(),
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
                v.protection(),
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
