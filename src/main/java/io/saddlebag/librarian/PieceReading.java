package io.saddlebag.librarian;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ReadMember;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobRun;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a piece out of its image, or out of a copy of that (R5). Used once. */
final class PieceReading {
    private final RestoreServices services;
    private final PieceName name;
    private final Backup backup;
    private final JobRun job;
    private final List<ObjectEntry> parts;
    /** How many of them the taker has. */
    private int taken;
    /** One part that is proven and not handed over yet. */
    private byte[] held = {};

    private byte[] fresh = {};

    PieceReading(RestoreServices services, PieceName name, Backup backup, JobRun job) throws IOException {
        this.services = services;
        this.name = name;
        this.backup = backup;
        this.job = job;
        this.parts = new PieceParts(services.catalog(), backup).list();
    }

    void read(PieceTaker taker) throws IOException, InterruptedException {
        services.decryption().require(backup.about().layers());
        List<Backup> places = new ArrayList<>(List.of(backup));
        for (ImageCopy copy : services.copies().of(backup.id())) {
            places.add(backup.at(copy));
        }
        for (int i = 0; i < places.size(); i++) {
            try {
                read(places.get(i), taker);
                return;
            } catch (IOException e) {
                boolean hopeless = e instanceof BackupException known
                        && (known.is(PieceFault.OUTPUT) || known.is(JobFault.CANCELLED));
                if (hopeless || i == places.size() - 1) {
                    throw e;
                }
                job.warn("piece " + name + " can't be read from "
                        + String.join(" ", places.get(i).places()) + ", and is read from a copy: " + e.getMessage());
            }
        }
    }

    /** What the taker has already is read once more, and compared. */
    private void read(Backup from, PieceTaker taker) throws IOException, InterruptedException {
        job.transcript().line("reads piece " + name + " from " + String.join(" ", from.places()));
        try (ImageReader reader = open(from)) {
            if (!reader.manifest()
                    .map(ImageManifest::image)
                    .equals(Optional.of(from.about().imageId()))) {
                throw differs("its place holds another image");
            }
            long bytes = 0;
            for (int i = 0; i < parts.size(); i++) {
                ObjectEntry part = parts.get(i);
                readPart(part, reader.next().orElseThrow(() -> differs(part.path() + " is missing")));
                if (i > taken) {
                    handOver(taker, parts.get(i - 1));
                }
                byte[] free = held;
                held = fresh;
                fresh = free;
                bytes += part.size();
                job.progress(new Job.Progress(bytes, i + 1L, backup.dataBytes()));
            }
            if (reader.next().isPresent()) {
                throw differs("there is something behind its last part");
            }
        }
        handOver(taker, parts.get(parts.size() - 1));
    }

    private ImageReader open(Backup from) throws IOException, InterruptedException {
        InputStream stored = services.origin().open(from, 1, new ImageOrigin.Asker(job, Prompt.OPERATOR));
        boolean opened = false;
        try {
            ImageReader reader =
                    ImageReader.open(stored, from.about().layers(), services.decryption(), services.workers());
            opened = true;
            return reader;
        } finally {
            if (!opened) {
                stored.close();
            }
        }
    }

    private void readPart(ObjectEntry part, ReadMember member) throws IOException {
        int length = (int) part.size();
        if (!member.member().exactPath().equals(part.path()) || member.member().size() != length) {
            throw differs(part.path() + " isn't where it was");
        }
        if (fresh.length < length) {
            fresh = new byte[length];
        }
        int got = member.content().readNBytes(fresh, 0, length);
        if (got != length || !PieceParts.is(part, fresh, length)) {
            throw differs("the checksum of " + part.path() + " is another one");
        }
    }

    private void handOver(PieceTaker taker, ObjectEntry part) throws IOException {
        try {
            taker.take(held, 0, (int) part.size());
        } catch (IOException e) {
            throw new BackupException(
                    PieceFault.OUTPUT,
                    "piece " + name + " can't be handed over: " + e.getMessage(),
                    "Make room, or look at who takes it, and get it again.",
                    e);
        }
        taken++;
    }

    private BackupException differs(String why) {
        return new BackupException(
                PieceFault.DIFFERS,
                "piece " + name + " in backup " + backup.id() + " is not what was put: " + why,
                "'saddlebag verify " + backup.id() + "' tells more; get it from a copy, or make it anew.");
    }
}
