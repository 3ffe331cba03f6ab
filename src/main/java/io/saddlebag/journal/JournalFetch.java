package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.Decryption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
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
     * @return false when there never was one of that name: behind the end of the chain, before its incarnation began by that one's
     *     history, of an incarnation of which nothing is known, or no journal's name
     * @throws IOException when it can't be told or had: {@link JournalFault#GAP} when others behind it are known, of its incarnation or
     *     of one that went off behind it, whether it was lost or is older than the chain;
     *     {@link JournalFault#CHANGED} when what is stored isn't what was, or a failure of catalog or media. There is no file then
     */
    public boolean fetch(String source, String name, Path to) throws IOException {
        JournalSource asked = journals.source(source);
        for (JournalSource each : withCompanions(asked)) {
            Optional<JournalId> id = each.identify(name);
            if (id.isPresent()) {
                return fetch(asked, each, id.get(), name, to);
            }
        }
        return false;
    }

    private static List<JournalSource> withCompanions(JournalSource source) {
        List<JournalSource> all = new java.util.ArrayList<>(source.companions());
        all.add(source);
        return all;
    }

    private boolean fetch(JournalSource asked, JournalSource source, JournalId id, String name, Path to)
            throws IOException {
        List<JournalPiece> chain = journals.services().chain().pieces(source.name());
        Optional<JournalPiece> found = chain.stream()
                .filter(piece -> piece.id().equals(id) && piece.state().isDurable())
                .findFirst();
        if (found.isPresent()) {
            write(found.get(), to);
            return true;
        }
        List<Journal> there = atSource(source);
        SortedSet<JournalId> known = new TreeSet<>();
        chain.forEach(piece -> known.add(piece.id()));
        there.forEach(each -> known.add(each.id()));
        boolean followed = known.stream().anyMatch(each -> each.incarnation() == id.incarnation() && isLess(id, each));
        boolean behind = known.stream().anyMatch(each -> each.incarnation() == id.incarnation() && isLess(each, id));
        // what comes last may not have been backed up yet
        if (writeFromSource(source, there, id, name, to) || (!followed && writeUnfinished(source, name, to))) {
            return true;
        }
        if (known.contains(id) || (behind && followed)) {
            throw new BackupException(
                    JournalFault.GAP,
                    "journal " + name + " of " + source.name() + " is lost, and it isn't the last one",
                    "Recover to a time before it, or from a full backup that was made after it.");
        }
        if (asked != source) {
            requireNoneWithout(asked, id, name);
        } else if (!behind) {
            new IncarnationBegins(asked, this::content).requireNotBefore(id, name, known);
        }
        return false;
    }

    private static boolean isLess(JournalId one, JournalId other) {
        return one.compareTo(other) < 0;
    }

    /** An engine that hears of no history takes the incarnation for one that never was, and its number for free. */
    private void requireNoneWithout(JournalSource asked, JournalId id, String name) throws IOException {
        boolean chained = journals.services().chain().pieces(asked.name()).stream()
                .anyMatch(piece -> piece.id().incarnation() == id.incarnation());
        if (id.incarnation() > 1
                && (chained
                        || atSource(asked).stream().anyMatch(each -> each.id().incarnation() == id.incarnation()))) {
            throw new BackupException(
                    JournalFault.GAP,
                    name + " is lost: there are journals of incarnation " + id.incarnation() + " of " + asked.name(),
                    "'saddlebag recover' writes it anew; or copy it from a server that has it into the folder.");
        }
    }

    private byte[] content(JournalSource source, JournalId id) throws IOException {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        for (JournalPiece piece : journals.services().chain().pieces(source.name())) {
            if (piece.id().equals(id) && piece.state().isDurable()) {
                new PieceReading(journals.services().catalog(), decryption, workers)
                        .read(List.of(piece), stored, (found, content) -> content.transferTo(into));
                return into.toByteArray();
            }
        }
        for (Journal journal : atSource(source)) {
            if (journal.id().equals(id)) {
                try (InputStream content = source.open(journal, 0)) {
                    content.transferTo(into);
                }
            }
        }
        return into.toByteArray();
    }

    private static List<Journal> atSource(JournalSource source) throws IOException {
        try {
            return source.look().journals();
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
        return false;
    }

    private boolean writeUnfinished(JournalSource source, String name, Path to) throws IOException {
        Optional<InputStream> unfinished = source.unfinished(name);
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
