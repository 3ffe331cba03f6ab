package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Library;
import io.saddlebag.media.EndOfDataLabel;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes volume labels, and keeps the register in step whatever happens in between. */
final class Labeller {
    private final VolumeRegister register;
    private final Clock clock;

    Labeller(VolumeRegister register, Clock clock) {
        this.register = register;
        this.clock = clock;
    }

    /**
     * Labels the medium in the drive, from its beginning: whatever was on it is gone. The register has the volume
     * without a barcode before, and with it after; a volume that keeps its id is reusable in between.
     *
     * @param barcode of the cartridge; null when the library reads none
     * @param before what the register knew of the cartridge, and forgets when the new label is durable
     * @return the volume, standing before its end-of-data label
     */
    MountedVolume label(
            Library.Reservation reservation, NewVolume fresh, @Nullable Barcode barcode, @Nullable Volume before)
            throws IOException {
        NewVolume on = fresh.on(barcode);
        register.record(
                before != null && before.id().equals(fresh.id())
                        ? NewVolume.inState(before, Volume.State.REUSABLE)
                        : fresh.volume());
        TapeDrive drive = reservation.drive();
        drive.rewind();
        List<byte[]> records = new ArrayList<>(on.label().encode());
        MountedVolume mounted = new MountedVolume(reservation, on.label(), on.volume());
        records.addAll(new EndOfDataLabel(mounted.at(), on.label().firstFile(), clock.instant()).encode());
        new LabelTape(drive).write(records, 2);
        if (before != null) {
            register.forget(before.id()); // also under the same id: what was on it is gone
        }
        register.record(on.volume());
        drive.locate(new BlockAddress(VolumeLabel.RECORDS));
        return mounted;
    }
}
