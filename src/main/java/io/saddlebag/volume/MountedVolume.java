package io.saddlebag.volume;

import io.saddlebag.library.Library;
import io.saddlebag.media.SetPosition;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.TapeDrive;

/**
 * A volume in a reserved drive, its label read and found right.
 *
 * @param label as it stands on the medium
 * @param volume as the register has it
 */
record MountedVolume(Library.Reservation reservation, VolumeLabel label, Volume volume) {
    TapeDrive drive() {
        return reservation.drive();
    }

    MountedVolume with(Volume changed) {
        return new MountedVolume(reservation, label, changed);
    }

    SetPosition at() {
        return new SetPosition(label.id(), label.set(), label.sequence());
    }

    int nextFile() {
        return label.firstFile() + volume.files();
    }
}
