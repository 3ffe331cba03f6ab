package io.saddlebag.journal.postgresql;

import io.saddlebag.database.ArchivingServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Segments that a server archives into a folder, and the server, which is asked by passes only: a recovery that reads the folder finds
 * the server down, or waiting for what it reads.
 */
public final class ArchivedJournals implements JournalSource {
    private final JournalSource folder;
    private final ArchivingServer server;

    /** @param folder that the server archives into */
    public ArchivedJournals(JournalSource folder, ArchivingServer server) {
        this.folder = folder;
        this.server = server;
    }

    /** What was archived is backed up whether the server answers or not; one that archives nothing is no quiet success (J16). */
    @Override
    public JournalView ask(Consumer<String> doubts) throws IOException {
        ArchivingServer.State state;
        try {
            state = server.state();
        } catch (BackupException away) {
            doubts.accept("what was archived is backed up, but nobody knows whether that is all: " + away.what());
            return look();
        }
        if (!state.off().isEmpty()) {
            throw new BackupException(
                    JournalFault.OFF,
                    "journaling of " + name() + " is off: database " + server.name() + " archives nothing, its "
                            + state.off(),
                    "As superuser: alter system set wal_level = 'replica'; alter system set archive_mode = 'on'; set"
                            + " archive_command or archive_library (docs/journals.md); restart the server, and make a full"
                            + " backup then.");
        }
        if (state.following()) {
            doubts.accept("database " + server.name() + " is in recovery: what is archived is another server's work");
        } else if (!state.failing().isEmpty()) {
            doubts.accept(
                    "database " + server.name() + " doesn't get its journals into the archive: " + state.failing());
        }
        return look();
    }

    @Override
    public String name() {
        return folder.name();
    }

    @Override
    public Set<Ability> abilities() {
        return folder.abilities();
    }

    @Override
    public JournalLayout layout() throws IOException {
        return folder.layout();
    }

    @Override
    public JournalView look() throws IOException {
        return folder.look();
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        return folder.open(journal, from);
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        return folder.release(journal, upTo);
    }

    @Override
    public void release(List<Due> due) throws IOException {
        folder.release(due);
    }

    @Override
    public Optional<Path> folder() {
        return folder.folder();
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return folder.usableBytes();
    }

    @Override
    public void awaitNews(Waiter waiter, Duration most) throws InterruptedException {
        folder.awaitNews(waiter, most);
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }

    @Override
    public Optional<JournalId> identify(String name) {
        return folder.identify(name);
    }

    @Override
    public Optional<String> nameOf(JournalId id) {
        return folder.nameOf(id);
    }

    @Override
    public List<Journal> beginnings() throws IOException {
        return folder.beginnings();
    }

    @Override
    public Optional<InputStream> unfinished(String name) throws IOException {
        return folder.unfinished(name);
    }

    @Override
    public List<JournalSource> companions() {
        return folder.companions();
    }

    @Override
    public Extent extent(JournalId id, String name) {
        return folder.extent(id, name);
    }
}
