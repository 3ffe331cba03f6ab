package io.saddlebag.volume;

import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.media.Eligibility;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tapeoption.Positioning;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores images on the volumes of a library and reads them back (M6, M8, M9, M15). What it writes is described in
 * docs/formats/tape-labels.md.
 *
 * <p>Between two calls the drive stays reserved and the volume mounted, so that the next image is appended without a
 * rewind; {@link #close()} gives the drive back (the cartridge stays in it), and the store can still be used. Thread-safe:
 * calls wait for each other, and while a stream of {@link #read} is open every other call throws
 * {@link IllegalStateException}.
 */
public final class TapeStore implements Closeable {
    private final Library library;
    private final VolumeRegister register;
    private final Clearance clearance;
    private final Clock clock;
    private final BlockSize blockSize;
    private final Automount automount;
    private final ReadMount readMount;
    private final Attendants attendants;
    private @Nullable MountedVolume current;
    private @Nullable SectionReader reading;
    private @Nullable Requester readsFor;

    /**
     * @param dependents asked before a volume is written over
     * @param blockSize of what is written; what is read may have any
     */
    public TapeStore(
            Library library,
            VolumeRegister register,
            Dependents dependents,
            Attendants attendants,
            Clock clock,
            BlockSize blockSize) {
        this.library = library;
        this.register = register;
        this.clearance = new Clearance(register, dependents);
        this.attendants = attendants;
        this.clock = clock;
        this.blockSize = blockSize;
        this.automount = new Automount(library, register, dependents, attendants, clock);
        this.readMount = new ReadMount(library, register, attendants);
    }

    /**
     * Appends one image to the newest volume of the family, or to a new one, and goes on to as many volumes as it takes.
     * On return all blocks and labels are durable and the register has the volumes; the image itself is the caller's to
     * record. The stream is read to its end and not closed. After a failure nothing of the image counts, and the caller
     * may repeat it as a whole.
     *
     * @param family name of a media family; null outside of any
     * @throws VolumeException {@link VolumeFault#UNKNOWN_FAMILY}, {@link VolumeFault#VOLUME_FULL_NO_SUCCESSOR},
     *     {@link VolumeFault#WRITE_FAILED}, {@link VolumeFault#SOURCE_FAILED}, {@link VolumeFault#NO_DRIVE_FREE}, ...
     * @throws InterruptedException when the operator's desk was told to stop waiting; the image was taken back
     */
    public StoredImage append(ImageToStore image, @Nullable String family, InputStream data, ProgressListener progress)
            throws IOException, InterruptedException {
        return append(image, family, TapeOptions.DEFAULT, data, progress);
    }

    /** As {@link #append(ImageToStore, String, InputStream, ProgressListener)}, in the way that the options say. */
    public StoredImage append(
            ImageToStore image,
            @Nullable String family,
            TapeOptions options,
            InputStream data,
            ProgressListener progress)
            throws IOException, InterruptedException {
        return append(image, null, family, options, data, progress);
    }

    /**
     * As {@link #append(ImageToStore, String, TapeOptions, InputStream, ProgressListener)}, but of one part of an image (D6): its sections
     * come behind those of the parts before, whichever volumes these are on.
     *
     * @param before what the parts before came to, as returned for them; null for the first
     * @return all parts so far; after a failure those before count as they did
     */
    public synchronized StoredImage append(
            ImageToStore image,
            @Nullable StoredImage before,
            @Nullable String family,
            TapeOptions options,
            InputStream data,
            ProgressListener progress)
            throws IOException, InterruptedException {
        requireIdle();
        BlockSize blocks = options.blockSizeOr(blockSize);
        requireBlockSize(blocks);
        requireDensity(options);
        Need need = need(image, family, options);
        new LabelExpectation(register, clearance, attendants, need).requireUsable(clock.instant());
        boolean done = false;
        try {
            MountedVolume mounted = mountedFor(need);
            requireBlockSize(mounted.drive(), blocks);
            noteWithoutEffect(mounted, options);
            ImageAppend append = new ImageAppend(
                    new ImageAppend.Desk(
                            automount, readMount, register, clearance, attendants, clock, blocks, framing(options)),
                    mounted,
                    need,
                    image,
                    before,
                    data,
                    progress);
            StoredImage stored;
            try {
                stored = append.run();
            } finally {
                current = append.mounted();
            }
            done = true;
            return stored;
        } finally {
            if (!done) {
                letGo();
            }
        }
    }

    /**
     * Brings the volume for an image into a drive, where the {@link #append} that follows finds it. Lanes are mounted one after
     * the other before the first block of any is written, so that volumes and labels are given out in the lanes' order (M28).
     *
     * @throws VolumeException as {@link #append} before it writes
     */
    public synchronized void mount(ImageToStore image, @Nullable String family, TapeOptions options)
            throws IOException, InterruptedException {
        requireIdle();
        requireBlockSize(options.blockSizeOr(blockSize));
        requireDensity(options);
        Need need = need(image, family, options);
        new LabelExpectation(register, clearance, attendants, need).requireUsable(clock.instant());
        boolean done = false;
        try {
            mountedFor(need);
            done = true;
        } finally {
            if (!done) {
                letGo();
            }
        }
    }

    /**
     * Opens the sections of one lane of an image, one after the other, as one stream. A volume is mounted when its section is
     * reached, and the operator asked while it is missing. Each section's labels, block count, length and checksum are
     * checked before the next one begins and before the end of the stream is reported: what is wrong is thrown from
     * {@code read}, never taken for the end. Not thread-safe; it has to be closed.
     *
     * @param sections consecutive sections of one lane of that image, as stored
     */
    public InputStream read(String imageId, List<StoredSection> sections) {
        return read(imageId, sections, null);
    }

    /**
     * As {@link #read(String, List)}, for somebody: {@link VolumeFault#PROTECTED} is thrown from {@code read} when a volume's
     * protection doesn't let them (M29).
     *
     * @param requester null for the system itself
     */
    public synchronized InputStream read(String imageId, List<StoredSection> sections, @Nullable Requester requester) {
        return read(imageId, sections, 0, requester);
    }

    /**
     * As {@link #read(String, List, Requester)}, from any place on; labels are compared at each place, checksums can't be. Empty where
     * blocks have protected framing, whose groups are read as a whole. Closing it closes this store.
     */
    public Optional<SeekableBytes> seek(String imageId, List<StoredSection> sections, @Nullable Requester requester) {
        return sections.stream().allMatch(SeekableSections::isPlain)
                ? Optional.of(new SeekableSections(
                        sections, (from, passOver) -> read(imageId, from, passOver, requester), this))
                : Optional.empty();
    }

    private synchronized InputStream read(
            String imageId, List<StoredSection> sections, long passOver, @Nullable Requester requester) {
        requireIdle();
        readsFor = requester;
        SectionReader reader = new SectionReader(this, imageId, sections, passOver);
        reading = reader;
        return reader;
    }

    /** Gives the drive back; the cartridge stays in it. No effect when none is reserved. */
    @Override
    public synchronized void close() throws IOException {
        MountedVolume mounted = current;
        current = null;
        if (mounted != null) {
            mounted.reservation().close();
        }
    }

    /** For the reader of this store. */
    void note(String line) {
        attendants.notes().accept(line);
    }

    /** For the reader of this store. */
    synchronized MountedVolume mountForReading(StoredSection section, ReadMount.Proof proof)
            throws IOException, InterruptedException {
        requireReadable(section);
        MountedVolume mounted = current;
        if (mounted != null && mounted.volume().id().equals(section.volume())) {
            return mounted;
        }
        for (boolean waited = false; ; waited = true) {
            try {
                MountedVolume found = mountOnce(section, proof);
                if (waited) {
                    note("volume " + section.volume() + " is mounted; the job goes on");
                }
                return found;
            } catch (VolumeException e) {
                // our own drive was given back: whoever we wait for may be waiting for that
                String what = "volume " + section.volume() + " is to be read, and " + e.what();
                if (!e.is(VolumeFault.NO_DRIVE_FREE) || !attendants.operator().awaitsDrive(what)) {
                    throw e;
                }
            }
        }
    }

    private MountedVolume mountOnce(StoredSection section, ReadMount.Proof proof)
            throws IOException, InterruptedException {
        MountedVolume mounted = current;
        boolean done = false;
        try {
            MountedVolume found =
                    readMount.mount(section.volume(), mounted == null ? null : mounted.reservation(), proof);
            current = found;
            done = true;
            return found;
        } finally {
            if (!done) {
                letGo();
            }
        }
    }

    private void requireReadable(StoredSection section) throws IOException {
        Requester who = readsFor;
        Volume volume = who == null ? null : register.find(section.volume()).orElse(null);
        if (who != null && volume != null && !VolumeRights.mayRead(volume, who)) {
            throw new VolumeException(
                    VolumeFault.PROTECTED,
                    "volume " + volume.id() + " belongs to " + volume.owner() + " with protection "
                            + volume.protection() + ", and " + who.user() + " may not read it",
                    "Let its owner or an administrator restore it.");
        }
    }

    /** For the reader of this store. */
    synchronized void readerClosed(boolean failed) {
        reading = null;
        if (failed) {
            letGo();
        }
    }

    private Need need(ImageToStore image, @Nullable String family, TapeOptions options) throws IOException {
        List<Element> drives = NamedDrives.of(library, options.drives().names());
        Element own = drives.isEmpty() ? null : drives.get(image.lane().number() - 1);
        return Need.toStart(family(family), image.owner(), image.host(), options, image.lane(), own);
    }

    private MountedVolume mountedFor(Need need) throws IOException, InterruptedException {
        MountedVolume mounted = current;
        if (mounted == null) {
            return take(automount.forWriting(need, null));
        }
        if (need.drive() != null && !need.drive().equals(mounted.reservation().element())) {
            close();
            return take(automount.forWriting(need, null));
        }
        return stillFits(mounted, need) ? mounted : take(automount.forWriting(need, mounted.reservation()));
    }

    private MountedVolume take(MountedVolume mounted) {
        current = mounted;
        return mounted;
    }

    /** Whether the volume in our drive is the one to append to, and stands where the last image left it. */
    private boolean stillFits(MountedVolume mounted, Need need) throws IOException {
        List<Volume> volumes = register.volumes();
        boolean unchanged = volumes.contains(mounted.volume());
        BlockAddress at;
        try {
            if (mounted.drive().state().writeProtected()) {
                return false; // it may have been mounted to be read
            }
            at = mounted.drive().position().next();
        } catch (TapeException e) {
            if (!e.is(TapeFault.UNIT_ATTENTION) && !e.is(TapeFault.POSITION_LOST)) {
                throw e;
            }
            // nothing of ours was under way: the label is read again, and the tape brought to its end of data
            note("drive " + mounted.drive().name() + " is looked at anew before more is written: " + e.what());
            return false;
        }
        VolumeId expected = need.expected();
        return unchanged
                && (expected == null || expected.equals(mounted.volume().id()))
                && at.equals(mounted.volume().endOfData())
                && Eligibility.appendable(volumes, need.wish(clock.instant())).contains(mounted.volume());
    }

    private @Nullable ProtectedFraming framing(TapeOptions options) throws VolumeException {
        try {
            return options.framing(blockSize).orElse(null);
        } catch (IllegalArgumentException e) {
            throw new VolumeException(
                    VolumeFault.BLOCK_SIZE,
                    "the library's blocks can't be framed: " + e.getMessage(),
                    "Set another block size or group size.",
                    e);
        }
    }

    private @Nullable MediaFamily family(@Nullable String name) throws IOException {
        if (name == null) {
            return null;
        }
        List<MediaFamily> families = register.families();
        return families.stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new VolumeException(
                        VolumeFault.UNKNOWN_FAMILY,
                        "there is no media family '" + name + "'",
                        "Valid are: " + families.stream().map(MediaFamily::name).toList() + "."));
    }

    /** A volume that is appended to keeps what its first file gave it. */
    private void noteWithoutEffect(MountedVolume mounted, TapeOptions options) {
        boolean appended = mounted.volume().files() > 0;
        if (appended && options.tapeExpiration() != null) {
            attendants
                    .notes()
                    .accept("volume " + mounted.volume().id()
                            + " is appended to and keeps its expiration: tapeExpiration"
                            + " counts for volumes that begin with this image");
        }
        if (options.positioning() == Positioning.APPEND && (options.owner() != null || options.protection() != null)) {
            attendants
                    .notes()
                    .accept("volume " + mounted.volume().id()
                            + " keeps its owner and protection: without rewind they count for further volumes");
        }
    }

    private void requireDensity(TapeOptions options) throws VolumeException {
        if (options.density() != null) {
            for (TapeDrive drive : library.drives().values()) {
                Densities.of(drive, options.density());
            }
        }
    }

    /** Any of the drives may get the next volume. */
    private void requireBlockSize(BlockSize blocks) throws VolumeException {
        for (TapeDrive drive : library.drives().values()) {
            requireBlockSize(drive, blocks);
        }
    }

    private static void requireBlockSize(TapeDrive drive, BlockSize blocks) throws VolumeException {
        BlockLimits limits = drive.blockLimits();
        if (blocks.bytes() < limits.shortest() || blocks.bytes() > limits.longest()) {
            throw new VolumeException(
                    VolumeFault.BLOCK_SIZE,
                    "blocks of " + blocks.bytes() + " bytes don't suit drive " + drive.name(),
                    "Valid are " + limits.shortest() + " to " + limits.longest() + " bytes.");
        }
    }

    private void requireIdle() {
        if (reading != null) {
            throw new IllegalStateException("an image of library " + library.name() + " is being read");
        }
    }

    /** After a failure nothing is assumed of the drive: the next call looks at everything again. */
    private void letGo() {
        try {
            close();
        } catch (IOException e) {
            attendants.notes().accept("a drive could not be given back: " + e.getMessage());
        }
    }
}
