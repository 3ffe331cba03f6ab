package io.saddlebag.volume;

import io.saddlebag.fault.BackupException;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.media.Decision;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeIds;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tapeoption.LabelMismatch;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Writes one image over as many volumes as it takes (M6). Used once. */
final class ImageAppend {
    private final Automount automount;
    private final ReadMount readMount;
    private final VolumeRegister register;
    private final Clearance clearance;
    private final Attendants attendants;
    private final Clock clock;
    private final ImageInProgress image;
    private final ImageToStore about;
    private final Need need;
    private final BlockSource source;
    private final ProgressListener progress;
    private final int sectionsBefore;
    private MountedVolume mounted;

    /** What an append works with besides the image. */
    record Desk(
            Automount automount,
            ReadMount readMount,
            VolumeRegister register,
            Clearance clearance,
            Attendants attendants,
            Clock clock,
            BlockSize blockSize,
            @Nullable ProtectedFraming framing) {}

    /**
     * @param mounted standing before its end-of-data label; {@link #mounted()} says later which volume took its place
     * @param before the image's parts that are durable already (D6); null for none
     */
    ImageAppend(
            Desk desk,
            MountedVolume mounted,
            Need need,
            ImageToStore about,
            @Nullable StoredImage before,
            InputStream data,
            ProgressListener progress) {
        this.automount = desk.automount;
        this.readMount = desk.readMount;
        this.register = desk.register;
        this.clearance = desk.clearance;
        this.attendants = desk.attendants;
        this.clock = desk.clock;
        this.mounted = mounted;
        this.need = need;
        this.about = about;
        this.image = new ImageInProgress(about, desk.blockSize, desk.framing, before);
        this.source = new BlockSource(data, desk.blockSize, desk.framing);
        this.progress = progress;
        this.sectionsBefore = image.nextSection() - 1;
    }

    /** The volume in the drive: whoever gives the drive back needs it, also after a failure. */
    MountedVolume mounted() {
        return mounted;
    }

    StoredImage run() throws IOException, InterruptedException {
        while (!writeSection()) {
            if (image.nextSection() > VolumeScan.MOST_SECTIONS) {
                throw new VolumeException(
                        VolumeFault.WRITE_FAILED,
                        "image " + about.imageId() + " takes more than " + VolumeScan.MOST_SECTIONS + " sections",
                        "Use larger volumes.");
            }
        }
        return image.stored();
    }

    /** @return whether the image has ended */
    private boolean writeSection() throws IOException, InterruptedException {
        SectionWriter section = new SectionWriter(mounted, image, clock);
        try {
            if (!section.writeData(source, progress)) {
                finish(section);
                return true;
            }
            requireProgress(section);
        } catch (TapeException e) {
            throw writeFailed(e, section);
        } catch (VolumeException e) {
            takeBack(e);
            throw e;
        }
        continueOnNextVolume(section);
        return false;
    }

    private void finish(SectionWriter section) throws IOException {
        MountedVolume grown = section.end();
        image.add(section.section());
        register.record(grown.volume());
        mounted = grown;
    }

    /** The next volume's id is known, and durable, before it is written in the EOV label. */
    private void continueOnNextVolume(SectionWriter section) throws IOException, InterruptedException {
        MountedVolume before = mounted;
        NewVolume next;
        boolean isKnown;
        try {
            VolumeId id = nextId();
            next = NewVolume.after(before.label(), id, before.nextFile(), need, clock.instant());
            isKnown = need.options().labels() != null && register.find(id).isPresent();
            if (!isKnown) {
                register.record(next.volume());
            }
        } catch (IOException | InterruptedException e) {
            takeBack(e);
            throw declined(e, before.volume());
        }
        try {
            mounted = section.continueOn(next.id());
        } catch (TapeException e) {
            throw writeFailed(e, section);
        }
        image.add(section.section());
        register.record(mounted.volume());
        mountNext(next, before, isKnown);
    }

    /** As the label list says, or the next of the sequence; a volume that keeps its label gives it to the set (M10). */
    private VolumeId nextId() throws IOException, InterruptedException {
        Need toContinue = need.toContinue(image.nextSection() + 1);
        new LabelExpectation(register, clearance, attendants, toContinue).requireUsable(clock.instant());
        Decision best = automount.awaitCandidate(toContinue);
        VolumeId expected = toContinue.expected();
        if (expected == null) {
            VolumeIds ids = VolumeIds.of(need.family());
            return register.nextId(ids.sequence(), ids.prefix());
        }
        Volume keeping = best.volume();
        return keeping != null && need.options().labelMismatch() == LabelMismatch.ACCEPT ? keeping.id() : expected;
    }

    private void mountNext(NewVolume next, MountedVolume before, boolean isKnown)
            throws IOException, InterruptedException {
        Library.Reservation held = mounted.reservation();
        try {
            mounted = automount.forWriting(need.toContinueOn(next), held);
        } catch (TapeException | LibraryException e) {
            throw e; // what drive and robot do now is not known: nothing more is asked of them
        } catch (IOException | InterruptedException e) {
            reopen(before, isKnown ? null : next, e);
            throw declined(e, before.volume());
        }
    }

    /** The volume was closed for a successor that nobody could bring: it is opened again. */
    private void reopen(MountedVolume before, @Nullable NewVolume next, Exception cause) {
        try {
            mounted = readMount.again(before, mounted.reservation());
            takeBackNow();
            register.record(before.volume());
            if (next != null) {
                register.forget(next.id());
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void requireProgress(SectionWriter section) throws IOException {
        if (image.nextSection() > sectionsBefore + 1 && section.blocks() == 0) {
            register.record(NewVolume.inState(mounted.volume(), Volume.State.SUSPECT));
            throw new VolumeException(
                    VolumeFault.TOO_SMALL,
                    "volume " + mounted.volume().id() + " was full before one block of "
                            + image.label(mounted).blockSize().bytes() + " bytes was on it",
                    "Use larger cartridges, or smaller blocks.");
        }
    }

    private void takeBack(Exception cause) {
        try {
            takeBackNow();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void takeBackNow() throws IOException {
        SectionWriter.takeBack(mounted, clock);
    }

    private VolumeException declined(Exception cause, Volume full) throws InterruptedException {
        if (cause instanceof InterruptedException cancelled) {
            throw cancelled;
        }
        String why = cause instanceof BackupException b ? b.what() : String.valueOf(cause.getMessage());
        return new VolumeException(
                VolumeFault.VOLUME_FULL_NO_SUCCESSOR,
                "volume " + full.id() + " is full after " + image.bytes() + " bytes of image " + about.imageId()
                        + ", and nothing followed it: " + why,
                "Put a blank or expired cartridge into the library, and repeat the job.",
                cause);
    }

    /** Nothing more is written to this volume in this run: whether the block is there, only the position knows. */
    private VolumeException writeFailed(TapeException cause, SectionWriter section) {
        Volume volume = mounted.volume();
        VolumeException failure = new VolumeException(
                VolumeFault.WRITE_FAILED,
                "image " + about.imageId() + " failed in section " + image.nextSection() + " on volume " + volume.id()
                        + " after " + section.blocks() + " blocks: " + cause.what(),
                cause.is(TapeFault.OUT_OF_SPACE) || cause.is(TapeFault.DAMAGED_ON_THE_WAY)
                        ? cause.hint()
                        : "Repeat the job: it goes to another volume if this one is at fault.",
                cause);
        Volume.State state = stateAfter(cause);
        if (state != null) {
            try {
                register.record(NewVolume.inState(volume, state));
                attendants.notes().accept("volume " + volume.id() + " takes no more images: " + cause.what());
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    private static Volume.@Nullable State stateAfter(TapeException cause) {
        if (cause.is(TapeFault.MEDIUM_ERROR)) {
            return Volume.State.SUSPECT;
        }
        return cause.is(TapeFault.END_OF_MEDIUM) ? Volume.State.FULL : null;
    }
}
