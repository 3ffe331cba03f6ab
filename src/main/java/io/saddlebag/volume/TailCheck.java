package io.saddlebag.volume;

import io.saddlebag.media.Volume;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the end of a volume's data is where the register has it. Whole images behind it are taken in and never
 * written over; a torn rest was never acknowledged, and is written over.
 */
final class TailCheck {
    private final VolumeRegister register;
    private final Attendants attendants;
    private final Registered registered;

    TailCheck(VolumeRegister register, Attendants attendants) {
        this.register = register;
        this.attendants = attendants;
        this.registered = new Registered(register, attendants.notes());
    }

    /** The volume standing where the next image goes, or null when none can go there; why was noted. */
    @Nullable
    MountedVolume ready(MountedVolume mounted) throws IOException {
        Volume volume = mounted.volume();
        VolumeScan.Found tail;
        try {
            tail = new VolumeScan(mounted.drive(), volume.id()).from(volume.endOfData());
        } catch (TapeException e) {
            if (!e.is(TapeFault.MEDIUM_ERROR) && !e.is(TapeFault.POSITION_REFUSED)) {
                throw e;
            }
            registered.suspect(volume, "its end of data can't be found: " + e.what());
            return null;
        }
        String objection = objection(mounted, tail);
        if (!objection.isEmpty()) {
            registered.suspect(volume, objection);
            return null;
        }
        Volume current = adopt(volume, tail);
        if (current.state() == Volume.State.APPENDABLE) {
            mounted.drive().locate(tail.at());
            if (!mounted.drive().position().pastEarlyWarning()) {
                return mounted.with(current);
            }
            register.record(NewVolume.inState(current, Volume.State.FULL));
        }
        attendants.notes().accept("volume " + volume.id() + " is full");
        return null;
    }

    /** Whether what the register has of the volume ends on this cartridge; moves the tape. */
    boolean endsOn(MountedVolume mounted) throws IOException {
        Volume volume = mounted.volume();
        try {
            VolumeScan.Found tail = new VolumeScan(mounted.drive(), volume.id()).from(volume.endOfData());
            return objection(mounted, tail).isEmpty();
        } catch (TapeException e) {
            if (!e.is(TapeFault.MEDIUM_ERROR) && !e.is(TapeFault.POSITION_REFUSED)) {
                throw e;
            }
            return false;
        }
    }

    private static String objection(MountedVolume mounted, VolumeScan.Found tail) {
        if (tail.end() == VolumeScan.End.FOREIGN) {
            return "at " + tail.at() + " there is " + tail.why();
        }
        int file = mounted.nextFile();
        for (FoundSection section : tail.sections()) {
            if (section.label().fileNumber() != file) {
                return "file " + section.label().fileNumber() + " stands where file " + file + " should be";
            }
            file++;
        }
        return tail.end() == VolumeScan.End.END_OF_DATA_LABEL && tail.fileNumber() != file
                ? "its end-of-data label says file " + tail.fileNumber() + " where " + file + " is expected"
                : "";
    }

    private Volume adopt(Volume volume, VolumeScan.Found tail) throws IOException {
        List<FoundSection> sections = tail.sections();
        if (sections.isEmpty()) {
            return volume;
        }
        attendants
                .notes()
                .accept("volume " + volume.id() + " holds " + sections.size()
                        + " images that the catalog doesn't know; they are kept");
        attendants.foundImages().found(volume, sections);
        Volume grown = NewVolume.changed(
                volume,
                volume.files() + sections.size(),
                tail.at(),
                tail.end() == VolumeScan.End.CONTINUED_ELSEWHERE ? Volume.State.FULL : Volume.State.APPENDABLE);
        register.record(grown);
        return grown;
    }
}
