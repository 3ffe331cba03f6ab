package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.job.JobRun;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.protection.Requester;
import io.saddlebag.protection.Requesters;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.Dependents;
import io.saddlebag.volume.FoundImages;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.VolumeRegister;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads images from the library that has their volumes. */
final class LibraryOrigin implements ImageOrigin {
    private final Libraries libraries;
    private final VolumeRegister volumes;
    private final Dependents dependents;
    private final Clock clock;
    private final Desks desks;
    private final Requesters requesters;

    LibraryOrigin(
            Libraries libraries,
            VolumeRegister volumes,
            Dependents dependents,
            Clock clock,
            Desks desks,
            Requesters requesters) {
        this.requesters = requesters;
        this.libraries = libraries;
        this.volumes = volumes;
        this.dependents = dependents;
        this.clock = clock;
        this.desks = desks;
    }

    @Override
    public int drives(Backup backup) throws IOException {
        return Math.max(1, libraries.get(libraryOf(backup)).drives().size());
    }

    @Override
    public InputStream open(Backup backup, int lane, Asker asker) throws IOException {
        TapeStore store = store(backup, asker);
        InputStream image = store.read(backup.about().imageId(), backup.lane(lane), requester(asker.job()));
        return new FilterInputStream(backup.lanes() == 1 ? image : mounted(image, store)) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                return in.read(b, off, len);
            }

            @Override
            public void close() throws IOException {
                try (store) {
                    super.close();
                }
            }
        };
    }

    private TapeStore store(Backup backup, Asker asker) throws IOException {
        String name = libraryOf(backup);
        JobRun job = asker.job();
        OperatorDesk desk = desks.of(job, name, asker.prompt());
        var attendants = new Attendants(
                backup.lanes() == 1 ? desk : ImpatientDesk.of(desk), FoundImages.LEFT_ALONE, note -> note(job, note));
        return new TapeStore(libraries.get(name), volumes, dependents, attendants, clock, libraries.blockSize(name));
    }

    @Override
    public Optional<SeekableBytes> seek(Backup backup, Asker asker) throws IOException {
        TapeStore store = store(backup, asker);
        return store.seek(backup.about().imageId(), backup.lane(1), requester(asker.job()));
    }

    @Override
    public DriveQueue queue(Backup backup, Asker asker) throws IOException {
        OperatorDesk desk = desks.of(asker.job(), libraryOf(backup), asker.prompt());
        return why -> desk.awaitsDrive("backup " + backup.id() + " is to be read, and " + why);
    }

    /** Its first byte is read now, so that it's known whether there is a drive for it. */
    private static InputStream mounted(InputStream image, TapeStore store) throws IOException {
        boolean done = false;
        try {
            PushbackInputStream begun = new PushbackInputStream(image, 1);
            int first = begun.read();
            if (first >= 0) {
                begun.unread(first);
            }
            done = true;
            return begun;
        } finally {
            if (!done) {
                image.close();
                store.close();
            }
        }
    }

    /** The library that has most of its volumes now; the operator is asked to bring the others there. */
    private String libraryOf(Backup backup) throws IOException {
        @Nullable String best = null;
        int most = -1;
        for (String name : libraries.names()) {
            int has = count(backup, libraries.get(name));
            if (has > most) {
                most = has;
                best = name;
            }
        }
        if (best == null) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "there is no library in " + ConfigFile.PLACE + " to read backup " + backup.id() + " from",
                    "Add the library that has its volumes to the configuration.");
        }
        return best;
    }

    private int count(Backup backup, Library library) throws IOException {
        Inventory inventory = library.inventory();
        int has = 0;
        for (VolumeId id :
                backup.sections().stream().map(StoredSection::volume).distinct().toList()) {
            Optional<Barcode> barcode = volumes.find(id).map(Volume::barcode);
            if (barcode.isPresent() && inventory.find(barcode.get()).isPresent()) {
                has++;
            }
        }
        return has;
    }

    /** Who asked for the job; a scheduled one is the system's. */
    private @Nullable Requester requester(JobRun job) {
        return requesters.asking(job.name().user());
    }

    private static void note(JobRun job, String text) {
        try {
            job.transcript().line(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who a job asks for volumes of a library. */
    interface Desks {
        OperatorDesk of(JobRun job, String library, Prompt prompt) throws IOException;
    }
}
