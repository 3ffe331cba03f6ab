package io.saddlebag.volume;

import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Wish;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to write on.
 *
 * @param next the volume that an image goes on with; null to append, or to begin a set
 */
record Need(
        Wish.Purpose purpose,
        @Nullable MediaFamily family,
        String owner,
        String host,
        @Nullable NewVolume next) {
    static Need toStart(@Nullable MediaFamily family, String owner, String host) {
        return new Need(Wish.Purpose.START_IMAGE, family, owner, host, null);
    }

    Need toContinue() {
        return new Need(Wish.Purpose.CONTINUE_IMAGE, family, owner, host, null);
    }

    Need toContinueOn(NewVolume volume) {
        return new Need(Wish.Purpose.CONTINUE_IMAGE, family, owner, host, volume);
    }

    Wish wish(Instant now) {
        return new Wish(purpose, family == null ? null : family.name(), owner, now);
    }

    @Override
    public String toString() {
        String what = purpose == Wish.Purpose.START_IMAGE ? "a volume" : "a blank or expired volume to go on with";
        return what + (family == null ? " outside of any media family" : " of media family " + family.name());
    }
}
