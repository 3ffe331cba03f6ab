package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.media.Lane;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.Wish;
import io.saddlebag.protection.Requester;
import io.saddlebag.tapeoption.Positioning;
import io.saddlebag.tapeoption.TapeOptions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to write on.
 *
 * @param owner who writes
 * @param lane of the image that is written: labels are used in the drives' order (M28)
 * @param drive the one to write on; null for any
 * @param next the volume that an image goes on with; null to append, or to begin a set
 * @param expected the label that the volume should have (M10); null for any
 */
record Need(
        Wish.Purpose purpose,
        @Nullable MediaFamily family,
        String owner,
        String host,
        TapeOptions options,
        Lane lane,
        @Nullable Element drive,
        @Nullable NewVolume next,
        @Nullable VolumeId expected) {
    /** @param drive the one to write on; null for any */
    static Need toStart(
            @Nullable MediaFamily family,
            String owner,
            String host,
            TapeOptions options,
            Lane lane,
            @Nullable Element drive)
            throws VolumeException {
        Wish.Purpose purpose =
                options.positioning() == Positioning.REWIND ? Wish.Purpose.BEGIN_SET : Wish.Purpose.START_IMAGE;
        Need any = new Need(purpose, family, owner, host, options, lane, drive, null, null);
        return new Need(purpose, family, owner, host, options, lane, drive, null, any.label(1));
    }

    /**
     * @param volume how many volumes the lane takes with this one
     * @throws VolumeException {@link VolumeFault#LABEL} when there are no more labels
     */
    Need toContinue(int volume) throws VolumeException {
        return toContinueWith(null, label(volume));
    }

    Need toContinueOn(NewVolume volume) {
        return toContinueWith(volume, options.labels() == null ? null : volume.id());
    }

    private Need toContinueWith(@Nullable NewVolume volume, @Nullable VolumeId label) {
        return new Need(Wish.Purpose.CONTINUE_IMAGE, family, owner, host, options, lane, drive, volume, label);
    }

    /** The lanes take their labels in turns. */
    private @Nullable VolumeId label(int volume) throws VolumeException {
        if (options.labels() == null) {
            return null;
        }
        try {
            return new VolumeId(options.labels().label(lane.number() + (volume - 1) * lane.of()));
        } catch (IllegalStateException e) {
            throw new VolumeException(
                    VolumeFault.LABEL, String.valueOf(e.getMessage()), "Name more labels, and repeat the job.", e);
        }
    }

    Wish wish(Instant now) {
        return new Wish(purpose, family == null ? null : family.name(), Requester.of(owner), lane.of(), expected, now);
    }

    @Override
    public String toString() {
        String what = switch (purpose) {
            case START_IMAGE -> "a volume";
            case BEGIN_SET -> "a blank or expired volume";
            case CONTINUE_IMAGE -> "a blank or expired volume to go on with";
        };
        return what
                + (family == null ? " outside of any media family" : " of media family " + family.name())
                + (expected == null ? "" : " with label " + expected)
                + (drive == null ? "" : " for drive " + drive);
    }
}
