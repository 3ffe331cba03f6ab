package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.Decryption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Brings single journals back for a recovery that asks for them by name, as PostgreSQL's {@code restore_command} does (J25). That there
 * is none, and that it could not be told, are different answers: an engine takes the first one for the end of what can be recovered.
 */
public final class JournalFetch {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Journals journals;
    private final StoredJournals stored;
    private final HostFiles files;
    private final Decryption decryption;
    private final Executor workers;

    public JournalFetch(
            Journals journals, StoredJournals stored, HostFiles files, Decryption decryption, Executor workers) {
        this.journals = journals;
        this.stored = stored;
        this.files = files;
        this.decryption = decryption;
        this.workers = workers;
    }

    /**
     * Writes a journal to a file, whole and durable, in the place of what is there.
     *
     * @param name of the journal, as its engine calls it
     * @return false when there never was one of that name: behind the end of the chain, before its beginning, of another incarnation,
     *     or no journal's name
     * @throws IOException when it can't be told or had: {@link JournalFault#GAP} when it is lost and others behind it aren't,
     *     {@link JournalFault#CHANGED} when what is stored isn't what was, or a failure of catalog or media. There is no file then
     */
    public boolean fetch(String source, String name, Path to) throws IOException {
        JournalSource asked = journals.source(source);
        for (JournalSource each : withCompanions(asked)) {
            Optional<JournalId> id = each.identify(name);
            if (id.isPresent()) {
                return fetch(each, id.get(), name, to);
            }
        }
        return false;
    }

    private static List<JournalSource> withCompanions(JournalSource source) {
        List<JournalSource> all = new java.util.ArrayList<>(source.companions());
        all.add(source);
        return all;
    }

    private boolean fetch(JournalSource source, JournalId id, String name, Path to) throws IOException {
        List<JournalPiece> around = journals.services().chain().pieces(source.name()).stream()
                .filter(piece -> piece.id().incarnation() == id.incarnation())
                .toList();
        Optional<JournalPiece> found = around.stream()
                .filter(piece -> piece.id().equals(id) && piece.state().isDurable())
                .findFirst();
        if (found.isPresent()) {
            write(found.get(), to);
            return true;
        }
        boolean before = around.stream().anyMatch(piece -> piece.id().compareTo(id) > 0);
        boolean behind = around.stream().anyMatch(piece -> piece.id().compareTo(id) < 0);
        boolean lost = around.stream().anyMatch(piece -> piece.id().equals(id));
        if (!before) {
            // what comes last may not have been backed up yet
            List<Journal> there = atSource(source, id);
            if (writeFromSource(source, there, id, name, to)) {
                return true;
            }
            before = there.stream().anyMatch(each -> each.id().compareTo(id) > 0);
            behind = behind || there.stream().anyMatch(each -> each.id().compareTo(id) < 0);
        }
        if (lost || (behind && before)) {
            throw new BackupException(
                    JournalFault.GAP,
                    "journal " + name + " of " + source.name() + " is lost, and it isn't the last one",
                    "Recover to a time before it, or from a full backup that was made after it.");
        }
        return false;
    }

    private static List<Journal> atSource(JournalSource source, JournalId id) throws IOException {
        try {
            return source.look().journals().stream()
                    .filter(each -> each.id().incarnation() == id.incarnation())
                    .toList();
        } catch (BackupException e) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "it can't be told whether journals of " + source.name() + " are there that aren't backed up: "
                            + e.what(),
                    "Mount the folder. If it is lost, make an empty one: then what it held is given up.",
                    e);
        }
    }

    private boolean writeFromSource(JournalSource source, List<Journal> there, JournalId id, String name, Path to)
            throws IOException {
        for (Journal journal : there) {
            if (journal.id().equals(id) && !journal.is(Journal.State.READY)) {
                throw new BackupException(
                        JournalFault.NOT_READY,
                        "journal " + name + " of " + source.name()
                                + " was changed a moment ago, and may still be written",
                        "Try again.");
            }
            if (journal.id().equals(id)) {
                try (InputStream content = source.open(journal, 0)) {
                    write(content, to);
                }
                return true;
            }
        }
        boolean followed = there.stream().anyMatch(each -> each.id().compareTo(id) > 0);
        Optional<InputStream> unfinished = followed ? Optional.empty() : source.unfinished(name);
        if (unfinished.isPresent()) {
            try (InputStream content = unfinished.get()) {
                write(content, to);
            }
        }
        return unfinished.isPresent();
    }

    private void write(JournalPiece piece, Path to) throws IOException {
        new PieceReading(journals.services().catalog(), decryption, workers)
                .read(List.of(piece), stored, (found, content) -> write(content, to));
    }

    private void write(InputStream content, Path to) throws IOException {
        try (NewFile file = files.create(to)) {
            WritableByteChannel out = file.channel();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            file.replace();
        }
        syncFolderOf(to);
    }

    private void syncFolderOf(Path to) throws IOException {
        Path folder = to.toAbsolutePath().getParent();
        if (folder != null) {
            files.syncFolder(folder);
        }
    }
}
