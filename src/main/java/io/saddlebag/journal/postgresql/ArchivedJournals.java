package io.saddlebag.journal.postgresql;

import io.saddlebag.database.ArchivingServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.HostFiles;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Segments that a server archives into a folder, and the server, which is asked by passes only: a recovery that reads the folder finds
 * the server down, or waiting for what it reads.
 */
public final class ArchivedJournals implements JournalSource {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    private static final int TIMELINE = 8;

    private final JournalSource folder;
    private final ArchivingServer server;
    private final HostFiles files;
    private final Path mark;
    private final Waiter waiter;
    private final Duration within;

    /**
     * @param folder that the server archives into
     * @param mark a file of the node's own
     * @param within what archiving a segment may take
     */
    public ArchivedJournals(
            JournalSource folder, ArchivingServer server, HostFiles files, Path mark, Waiter waiter, Duration within) {
        this.folder = folder;
        this.server = server;
        this.files = files;
        this.mark = mark;
        this.waiter = waiter;
        this.within = within;
    }

    /** What was archived is backed up whether the server answers or not; one that archives nothing is no quiet success (J16). */
    @Override
    public JournalView ask(Consumer<String> doubts) throws IOException {
        ArchivingServer.State state;
        try {
            state = server.state();
        } catch (BackupException away) {
            doubts.accept("what was archived is backed up, but nobody knows whether that is all: " + away.what());
            return new JournalView(true, archived(null));
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
        ArchivingServer.Current current = state.current();
        if (current == null) {
            doubts.accept("database " + server.name() + " is in recovery: what is archived is another server's work");
            return new JournalView(true, archived(state));
        }
        if (!state.failing().isEmpty()) {
            doubts.accept(
                    "database " + server.name() + " doesn't get its journals into the archive: " + state.failing());
        }
        return new JournalView(
                true,
                archived(state),
                new JournalView.Ahead(
                        writing(current), identify(state.oldestWaiting()).orElse(null), state.failing()));
    }

    private Journal writing(ArchivingServer.Current current) throws IOException {
        JournalId id = identify(current.name()).orElseThrow(() -> otherSize(current));
        Extent extent = extent(id, current.name());
        if (extent.end() - extent.first() != current.capacity()) {
            throw otherSize(current);
        }
        boolean holdsSomething = current.bytes() > 0
                && !SwitchMark.read(files, mark)
                        .filter(new SwitchMark(current.name(), current.ended())::equals)
                        .isPresent();
        return new Journal(
                id,
                current.name(),
                holdsSomething ? current.bytes() : 0,
                Journal.State.CURRENT,
                extent.first(),
                0,
                current.capacity());
    }

    private BackupException otherSize(ArchivingServer.Current current) {
        return new BackupException(
                JournalFault.SOURCE,
                "database " + server.name() + " has segments of " + current.capacity() + " bytes, and journals "
                        + name() + " are configured with others",
                "Give the journals segmentSize: " + (current.capacity() >> 20)
                        + "MiB, or the database that archives there.");
    }

    /**
     * A file is whole when the server says that it has archived it, or when nobody has changed it for a while. One that may be written is
     * none that can be made ready here.
     *
     * @param state null when it isn't known
     */
    private List<Journal> archived(ArchivingServer.@Nullable State state) throws IOException {
        List<Journal> found = new ArrayList<>();
        for (Journal each : folder.look().journals()) {
            Journal.State now = each.is(Journal.State.READY) || (state != null && isArchived(each.name(), state))
                    ? Journal.State.READY
                    : Journal.State.INACCESSIBLE;
            found.add(
                    new Journal(each.id(), each.name(), each.bytes(), now, each.first(), each.end(), each.capacity()));
        }
        return found;
    }

    /** The server archives segments in their order. */
    private static boolean isArchived(String name, ArchivingServer.State state) {
        String last = state.lastArchived();
        return SEGMENT.matcher(last).matches()
                && last.startsWith(name.substring(0, TIMELINE))
                && name.compareTo(last) <= 0
                && (state.oldestWaiting().isEmpty() || name.compareTo(state.oldestWaiting()) < 0);
    }

    @Override
    public void awaitClosed() throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, within);
        ArchivingServer.State state = server.state();
        ArchivingServer.Current current = state.current();
        String end = current == null ? "" : current.name();
        while (!state.failing().isEmpty() || isBefore(state.oldestWaiting(), end)) {
            if (deadline.passed()) {
                throw late(state.oldestWaiting().isEmpty() ? end : state.oldestWaiting(), state);
            }
            deadline.await(LOOK_AGAIN);
            state = server.state();
        }
    }

    private static boolean isBefore(String waiting, String end) {
        return !waiting.isEmpty() && waiting.compareTo(end) < 0;
    }

    /** Also noted is what the next one may hold without being worth a segment. */
    @Override
    public Optional<Journal> switchCurrent() throws IOException, InterruptedException {
        ArchivingServer.Current before = server.state().current();
        Optional<ArchivingServer.Switched> switched = before == null ? Optional.empty() : server.switchCurrent();
        if (before == null || switched.isEmpty()) {
            return Optional.empty();
        }
        String closed = switched.get().closed();
        Deadline deadline = Deadline.after(waiter, within);
        while (true) {
            ArchivingServer.State state = server.state();
            Optional<Journal> come = archived(state).stream()
                    .filter(each -> each.name().equals(closed) && each.is(Journal.State.READY))
                    .findFirst();
            if (come.isPresent()) {
                new SwitchMark(switched.get().begun(), before.ended()).write(files, mark);
                return come;
            }
            if (deadline.passed()) {
                throw late(closed, state);
            }
            deadline.await(LOOK_AGAIN);
        }
    }

    private BackupException late(String segment, ArchivingServer.State state) {
        String why = !state.failing().isEmpty()
                ? state.failing()
                : segment.equals(state.lastArchived()) || isArchived(segment, state)
                        ? "the server says that it archived it: it puts it elsewhere"
                        : "its archiver has not come to it";
        return new BackupException(
                JournalFault.NOT_ARCHIVED,
                "segment " + segment + " of database " + server.name() + " didn't come to "
                        + folder.folder().map(Path::toString).orElse("the archive") + " within " + within.toSeconds()
                        + " s: " + why,
                "Read the server's log, mend archive_command or archive_library, and look at pg_stat_archiver; the server tries"
                        + " again by itself. Until then it keeps its journals: watch its disk.");
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled)
            throws IOException, InterruptedException {
        if (!server.awaitWriters(lockTimeout, stalled)) {
            throw new BackupException(
                    JournalFault.NO_QUIET_POINT,
                    "no quiet point of " + name() + " came within " + lockTimeout,
                    "See in this job's transcript who held it up; give a longer lockTimeout, or use noquietPoint.");
        }
        return () -> {};
    }

    @Override
    public String name() {
        return folder.name();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.QUIET_POINT, Ability.SWITCH, Ability.ARCHIVED);
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
