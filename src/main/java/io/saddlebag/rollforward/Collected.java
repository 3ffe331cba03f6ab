package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.Decryption;
import io.saddlebag.job.JobRun;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Remnant;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The folder in which the journals of one recovery are collected, from pools and volumes alike (R7). Each is compared with its checksum
 * on the way. Other copies of a backup file are turned to when one can't be read (R5).
 */
final class Collected {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int ONLY_OWNER = 0700;

    private final Path area;
    private final RecoverServices services;
    private final HostFiles files;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> remnants = new TreeSet<>();

    Collected(Path area, RecoverServices services) {
        this.area = area;
        this.services = services;
        this.files = services.restoring().files();
    }

    Path area() {
        return area;
    }

    /** Names of all that is there. */
    Set<String> names() {
        return Set.copyOf(names);
    }

    /** @throws BackupException {@link RollForwardFault#NO_ROOM} */
    void requireRoom(long bytes) throws IOException {
        Path existing = area;
        while (existing.getParent() != null && !files.exists(existing)) {
            existing = existing.getParent();
        }
        long usable = files.usableSpaceBytes(existing);
        if (usable < bytes) {
            throw new BackupException(
                    RollForwardFault.NO_ROOM,
                    "the journals have " + bytes + " bytes, and the file system of " + existing + " has " + usable
                            + " left",
                    "Free some space, name another folder with --area, or recover from a newer backup.");
        }
    }

    void make() throws IOException {
        files.makeFolder(area);
        files.setMode(area, ONLY_OWNER);
    }

    /** Journals that are backed up. Every backup file is read once. */
    void addStored(JobRun job, Prompt prompt, Collection<JournalPiece> pieces) throws IOException {
        addStored(job, prompt, pieces, JournalPiece::name);
    }

    /** @param naming what each is called among the collected ones; those that are there already are passed over */
    void addStored(JobRun job, Prompt prompt, Collection<JournalPiece> pieces, Function<JournalPiece, String> naming)
            throws IOException {
        Map<BackupId, List<JournalPiece>> byBackup = new LinkedHashMap<>();
        for (JournalPiece piece : pieces) {
            if (!names.contains(naming.apply(piece))) {
                byBackup.computeIfAbsent(Objects.requireNonNull(piece.backup()), id -> new ArrayList<>())
                        .add(piece);
            }
        }
        for (Map.Entry<BackupId, List<JournalPiece>> each : byBackup.entrySet()) {
            addStored(job, prompt, each.getKey(), each.getValue(), naming);
            job.checkCancelled();
        }
    }

    private void addStored(
            JobRun job, Prompt prompt, BackupId id, List<JournalPiece> pieces, Function<JournalPiece, String> naming)
            throws IOException {
        RestoreServices restoring = services.restoring();
        List<ImageCopy> copies = restoring.copies().of(id);
        IOException first = null;
        for (int i = 0; i <= copies.size(); i++) {
            ImageCopy copy = i == 0 ? null : copies.get(i - 1);
            if (copy != null) {
                job.transcript().line("failover to piece handle=" + copy.place() + " tag=BACKUP_" + id);
            }
            try {
                services.reading()
                        .read(
                                pieces,
                                backup -> open(job, prompt, copy == null ? backup : backup.at(copy)),
                                (piece, content) -> write(naming.apply(piece), content));
                return;
            } catch (IOException e) {
                job.warn("journals in backup " + id + (copy == null ? "" : ", " + copy.place()) + " can't be read: "
                        + e.getMessage());
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw Objects.requireNonNull(first);
    }

    private InputStream open(JobRun job, Prompt prompt, Backup backup) throws IOException {
        try {
            return services.restoring().origin().open(backup, 1, new ImageOrigin.Asker(job, prompt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while journals were collected");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** What is at its source only. */
    void addRemnant(String name, Remnant remnant) throws IOException {
        if (!names.contains(name)) {
            try (InputStream content = remnant.content().open()) {
                write(name, new Limited(content, remnant.bytes()));
            }
            remnants.add(name);
        }
    }

    /** They may have grown since. */
    void forgetRemnants() throws IOException {
        for (String name : remnants) {
            files.delete(area.resolve(name));
        }
        names.removeAll(remnants);
        remnants.clear();
    }

    /** So many bytes of another stream, and no more. */
    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left;

        Limited(InputStream in, long bytes) {
            this.in = in;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int got = left == 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(0, got);
            return got;
        }
    }

    /** One that is at its source only. */
    void addFromSource(JournalSource source, Journal journal) throws IOException {
        try (InputStream content = source.open(journal, 0)) {
            write(journal.name(), content);
        }
    }

    /**
     * The beginning of one, as long as a whole one.
     *
     * @param kept bytes; behind them are zeros, which an engine takes for the end
     */
    void addBeginning(String name, InputStream content, long kept, long wholeBytes) throws IOException {
        try (InputStream padded = new SequenceInputStream(new Limited(content, kept), new Zeros(wholeBytes - kept))) {
            write(name, padded);
        }
    }

    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long bytes) {
            this.left = bytes;
        }

        @Override
        public int read() {
            left--;
            return left < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int got = (int) Math.min(length, left);
            if (got <= 0) {
                return -1;
            }
            Arrays.fill(into, offset, offset + got, (byte) 0);
            left -= got;
            return got;
        }
    }

    void addText(String name, String text) throws IOException {
        try (InputStream content = new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
            write(name, content);
        }
    }

    private void write(String name, InputStream content) throws IOException {
        try (NewFile file = files.create(area.resolve(name))) {
            WritableByteChannel out = file.channel();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            file.replaceUnsynced();
        }
        names.add(name);
    }

    /** All of it is on disk on return. */
    void makeDurable() throws IOException {
        files.syncFileSystem(area);
    }

    /** Removes a folder and the files in it; no effect when it isn't there. */
    static void remove(HostFiles files, Path area) throws IOException {
        if (!files.exists(area)) {
            return;
        }
        for (Path each : files.list(area)) {
            files.delete(each);
        }
        files.delete(area);
    }

    /** Whether a key is missing is told before anything is touched. */
    static void requireKeys(Decryption decryption, Collection<Backup> backups) throws IOException {
        for (Backup each : backups) {
            decryption.require(each.about().layers());
        }
    }
}
