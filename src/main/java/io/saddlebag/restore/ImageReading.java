package io.saddlebag.restore;

import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.ReadMember;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.job.Job;
import io.saddlebag.lane.LaneGroup;
import io.saddlebag.media.Lane;
import io.saddlebag.volume.VolumeFault;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** The one way by which images are read back; restoring and verifying differ only in the sink (C12). */
final class ImageReading {
    private final ImageOrigin origin;
    private final ExecutorService workers;
    private final Decryption decryption;

    ImageReading(RestoreServices services) {
        this.origin = services.origin();
        this.workers = services.workers();
        this.decryption = services.decryption();
    }

    /**
     * Reads the image to its end and hands each object to the sink of its lane. When this returns every byte was as it was
     * backed up. Lanes are read at once, as far as there are drives (M28).
     *
     * @throws BackupException when it isn't the image the catalog means, or not whole
     */
    Totals read(Backup backup, Sinks sinks, ImageOrigin.Asker asker) throws IOException, InterruptedException {
        return read(backup, sinks, asker, new ReadTrouble());
    }

    /**
     * As {@link #read(Backup, Sinks, ImageOrigin.Asker)}.
     *
     * @param trouble learns of each failure to read what is stored
     */
    Totals read(Backup backup, Sinks sinks, ImageOrigin.Asker asker, ReadTrouble trouble)
            throws IOException, InterruptedException {
        return read(backup, sinks, asker, After.DAMAGE_ENDS_IT, trouble);
    }

    /** As {@link #read}, and after damage goes on through what is stored until the volume is known that holds it. */
    Totals readAndLocateDamage(Backup backup, Sinks sinks, ImageOrigin.Asker asker)
            throws IOException, InterruptedException {
        return read(backup, sinks, asker, After.DAMAGE_IS_LOCATED, new ReadTrouble());
    }

    /**
     * Reads some objects from where they lie (Q4). Each is what the catalog says of it, and layers prove what they yield; the
     * image as a whole isn't proven by that. The sink compares contents with their recorded checksums.
     *
     * @return whether that was done; otherwise nothing was, and {@link #read} has to be asked
     */
    boolean readSome(Backup backup, WantedPlaces wanted, Sinks sinks, ImageOrigin.Asker asker, ReadTrouble trouble)
            throws IOException, InterruptedException {
        List<String> layers = backup.about().layers();
        decryption.require(layers);
        boolean oneStream = backup.sections().size() + backup.files().size() == 1 || !Layers.isEncrypted(layers);
        Optional<SeekableBytes> origins =
                backup.lanes() == 1 && oneStream ? trouble.told(() -> origin.seek(backup, asker)) : Optional.empty();
        if (origins.isEmpty()) {
            return false;
        }
        try (SeekableBytes stored = new NotedBytes(origins.get(), trouble)) {
            List<WantedPlaces.Run> runs = wanted.runs(stored.jumpBytes());
            Optional<SeekableBytes> tar =
                    runs.isEmpty() ? Optional.empty() : Layers.seek(stored, layers, decryption, workers);
            if (tar.isEmpty()) {
                return false;
            }
            asker.job()
                    .transcript()
                    .line("reads " + wanted.count() + " of " + backup.objects() + " objects of backup " + backup.id()
                            + " from where they lie, in " + (runs.size() == 1 ? "one place" : runs.size() + " places"));
            return readSome(backup, tar.get(), runs, sinks.of(1), new Count(asker, wanted.dataBytes(), trouble));
        }
    }

    /** Where not even the first object can be read, the place may be wrong, and not what is stored. */
    private static boolean readSome(
            Backup backup, SeekableBytes tar, List<WantedPlaces.Run> runs, MemberSink sink, Count count)
            throws IOException {
        try {
            for (WantedPlaces.Run run : runs) {
                readRun(tar, run, backup, member -> {
                    sink.accept(member);
                    count.passed(member);
                });
            }
            return true;
        } catch (ImageException e) {
            if (count.isNothing()) {
                count.asker
                        .job()
                        .transcript()
                        .line("backup " + backup.id() + " can't be read in the middle: " + e.what()
                                + "; it is read as a whole");
                return false;
            }
            throw located(backup, e, InputStream.nullInputStream());
        }
    }

    private static void readRun(SeekableBytes tar, WantedPlaces.Run run, Backup backup, MemberSink sink)
            throws IOException {
        try (ImageReader reader = ImageReader.openAt(tar.from(run.from()), run.from())) {
            for (ObjectEntry object : run.objects()) {
                Optional<ReadMember> member = reader.next();
                while (member.isPresent() && member.get().offset() < object.offset()) {
                    member = reader.next();
                }
                if (member.isEmpty() || !RecordedFacts.fit(object, member.get())) {
                    throw new BackupException(
                            RestoreFault.DIFFERS,
                            "at byte " + object.offset() + " of the image of backup " + backup.id() + " there is "
                                    + member.map(found -> found.member().absolutePath())
                                            .orElse("nothing")
                                    + ", not " + object.path() + " as the catalog has it",
                            "Read the whole image with 'saddlebag verify " + backup.id()
                                    + "'; restore from another backup if it is damaged.");
                }
                sink.accept(member.get());
            }
        }
    }

    /**
     * Tells whether a password opens the image, before anything is touched (R4); for keys their ids tell. What can't be read at all
     * is left to whoever reads it.
     *
     * @throws BackupException with a {@link KeyFault}
     */
    void requireOpens(Backup backup, ImageOrigin.Asker asker) throws IOException, InterruptedException {
        boolean password =
                Layers.keyIds(backup.about().layers()).stream().anyMatch(id -> id.startsWith(Password.KEY_ID_PREFIX));
        if (!password) {
            return;
        }
        ReadTrouble trouble = new ReadTrouble();
        try (InputStream stored = trouble.told(() -> origin.open(backup, 1, asker));
                InputStream opened = decryption.undo(left(stored, trouble), workers)) {
            int first = opened.read();
            asker.job()
                    .transcript()
                    .line(first < 0 ? "the image is empty" : "the password opens backup " + backup.id());
        } catch (BackupException e) {
            if (e.code() instanceof KeyFault || !trouble.caused(e)) {
                throw e;
            }
            asker.job()
                    .transcript()
                    .line("whether the password opens backup " + backup.id() + " isn't known: " + e.what());
        }
    }

    private Totals read(Backup backup, Sinks sinks, ImageOrigin.Asker asker, After after, ReadTrouble trouble)
            throws IOException, InterruptedException {
        decryption.require(backup.about().layers());
        Count count = new Count(asker, backup.dataBytes(), trouble);
        Totals totals;
        if (backup.lanes() == 1) {
            totals = Totals.of(readLane(backup, 1, sinks, count, after, () -> {}));
        } else {
            LaneQueue queue = new LaneQueue(backup.lanes(), trouble.told(() -> origin.drives(backup)));
            ImageOrigin.DriveQueue drives = trouble.told(() -> origin.queue(backup, asker));
            totals = LaneGroup.run(
                            workers,
                            queue.readers(),
                            (index, others) -> readQueued(
                                    queue,
                                    drives,
                                    lane -> readLane(backup, lane, sinks, count, after, others::requireWell)))
                    .stream()
                    .reduce(Totals.NONE, Totals::plus);
        }
        requireComplete(backup, totals);
        return totals;
    }

    /** One lane after the other; one without a drive, since another job has it, is left to a reader that has one. */
    private static Totals readQueued(LaneQueue queue, ImageOrigin.DriveQueue drives, LaneReader reader)
            throws IOException, InterruptedException {
        Totals totals = Totals.NONE;
        int lane = queue.take();
        while (lane != LaneQueue.NONE) {
            long ended = queue.ended();
            try {
                totals = totals.plus(Totals.of(reader.read(lane)));
                lane = queue.take();
            } catch (BackupException e) {
                LaneQueue.Verdict verdict =
                        e.is(VolumeFault.NO_DRIVE_FREE) ? queue.without(lane, ended) : LaneQueue.Verdict.IN_VAIN;
                boolean hopeless = verdict == LaneQueue.Verdict.IN_VAIN
                        && !(e.is(VolumeFault.NO_DRIVE_FREE) && drives.awaits(e.what()));
                if (hopeless) {
                    throw e;
                }
                lane = verdict == LaneQueue.Verdict.LEFT_TO_OTHERS ? LaneQueue.NONE : lane;
            }
        }
        return totals;
    }

    private ImageSummary readLane(Backup backup, int lane, Sinks sinks, Count count, After after, Check others)
            throws IOException, InterruptedException {
        try (InputStream stored = count.trouble.told(() -> origin.open(backup, lane, count.asker))) {
            MemberSink sink = sinks.of(lane);
            try (ImageReader reader =
                    ImageReader.open(left(stored, count.trouble), backup.about().layers(), decryption, workers)) {
                requireSame(backup, lane, reader);
                return reader.readAll(member -> {
                    others.check();
                    sink.accept(member);
                    count.passed(member);
                });
            } catch (ImageException e) {
                throw located(backup, e, after == After.DAMAGE_IS_LOCATED ? stored : InputStream.nullInputStream());
            }
        }
    }

    private enum After {
        DAMAGE_ENDS_IT,
        DAMAGE_IS_LOCATED
    }

    /** Its reader leaves it open, so that more can be learned of it. */
    private static InputStream left(InputStream stored, ReadTrouble trouble) {
        return new FilterInputStream(stored) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    return in.read(into, offset, length);
                } catch (IOException e) {
                    throw trouble.noted(e);
                }
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }

    /** The image's own checksums tell that something is wrong; those of the sections, further on, tell where. */
    private static BackupException located(Backup backup, ImageException damage, InputStream rest) {
        String where;
        try {
            rest.transferTo(OutputStream.nullOutputStream());
            where = "the image is on "
                    + (backup.files().isEmpty() ? "volume " : "")
                    + String.join(backup.files().isEmpty() ? ", volume " : ", ", backup.places());
        } catch (IOException e) {
            damage.addSuppressed(e);
            where = e instanceof BackupException known ? known.what() : String.valueOf(e.getMessage());
        }
        return new BackupException(damage.code(), damage.what() + "; " + where, damage.hint(), damage);
    }

    private static void requireSame(Backup backup, int lane, ImageReader reader) throws BackupException {
        Optional<String> image = reader.manifest().map(manifest -> manifest.image());
        Optional<String> inside =
                reader.manifest().map(manifest -> manifest.facts().get(Lane.FACT));
        boolean sameLane = backup.lanes() == 1
                ? inside.isEmpty()
                : inside.equals(Optional.of(new Lane(lane, backup.lanes()).toString()));
        if (!sameLane || !image.equals(Optional.of(backup.about().imageId()))) {
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    "what stands where the catalog has image " + backup.about().imageId() + " of backup " + backup.id()
                            + " is " + image.map(id -> "image " + id).orElse("no image of ours"),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
    }

    private static void requireComplete(Backup backup, Totals totals) throws BackupException {
        if (totals.dataBytes() != backup.dataBytes()) {
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    "the image of backup " + backup.id() + " holds " + totals.dataBytes()
                            + " bytes of files, and the catalog" + " says " + backup.dataBytes(),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
    }

    /** Where the objects of a lane go; each sink is used by one thread. */
    interface Sinks {
        /** @param lane from 1 */
        MemberSink of(int lane) throws IOException;
    }

    private interface LaneReader {
        ImageSummary read(int lane) throws IOException, InterruptedException;
    }

    private interface Check {
        void check() throws IOException;
    }

    /** What was read, of all lanes. */
    record Totals(long files, long dataBytes) {
        static final Totals NONE = new Totals(0, 0);

        static Totals of(ImageSummary lane) {
            return new Totals(lane.files(), lane.dataBytes());
        }

        Totals plus(Totals other) {
            return new Totals(files + other.files, dataBytes + other.dataBytes);
        }
    }

    /** Tells the job how far it got. Thread-safe. */
    private static final class Count {
        private final ImageOrigin.Asker asker;
        private final long ofBytes;
        private final ReadTrouble trouble;
        private long objects;
        private long bytes;

        Count(ImageOrigin.Asker asker, long ofBytes, ReadTrouble trouble) {
            this.trouble = trouble;
            this.asker = asker;
            this.ofBytes = ofBytes;
        }

        synchronized boolean isNothing() {
            return objects == 0;
        }

        synchronized void passed(ReadMember member) throws IOException {
            objects++;
            bytes += member.member().size();
            asker.job().progress(new Job.Progress(bytes, objects, ofBytes));
        }
    }
}
