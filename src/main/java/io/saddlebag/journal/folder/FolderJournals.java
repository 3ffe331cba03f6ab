package io.saddlebag.journal.folder;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Closed journals that an engine drops into a folder, such as Oracle's archived redo logs or Rdb's. A file is ready once it hasn't been
 * changed for a while; before, it is current. Released ones are deleted or moved away.
 */
public final class FolderJournals implements JournalSource {
    /** Behind the name of a journal that is being received. */
    private static final String PARTIAL = ".partial";

    private final FolderSettings settings;
    private final HostFiles files;
    private final Clock clock;
    private final List<JournalSource> companions;

    public FolderJournals(FolderSettings settings, HostFiles files, Clock clock) {
        this(settings, files, clock, List.of());
    }

    /** @param companions what belongs to these journals, in the same folder or another one */
    public FolderJournals(FolderSettings settings, HostFiles files, Clock clock, List<JournalSource> companions) {
        this.companions = List.copyOf(companions);
        this.settings = settings;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public Optional<JournalId> identify(String name) {
        return settings.naming().match(name);
    }

    @Override
    public Optional<InputStream> unfinished(String name) throws IOException {
        Path partial = settings.folder().resolve(name + PARTIAL);
        return find(partial).isEmpty()
                ? Optional.empty()
                : Optional.of(Channels.newInputStream(files.openRead(partial)));
    }

    @Override
    public Optional<String> nameOf(JournalId id) {
        return settings.naming().name(id);
    }

    @Override
    public List<JournalSource> companions() {
        return companions;
    }

    @Override
    public Extent extent(JournalId id, String name) {
        return settings.naming().extent(id);
    }

    @Override
    public JournalLayout layout() {
        return JournalLayout.FIXED_SIZE;
    }

    /** A folder that isn't there is a failure, never an empty one: it may be the mount point of a disk that is missing. */
    @Override
    public JournalView look() throws IOException {
        Map<JournalId, Journal> found = new TreeMap<>();
        for (Path path : files.list(settings.folder())) {
            String name = String.valueOf(path.getFileName());
            Optional<JournalId> id = settings.naming().match(name);
            Optional<FileStatus> status = id.isEmpty() ? Optional.empty() : find(path);
            if (status.isPresent() && status.get().is(FileKind.REGULAR)) {
                Journal journal = journal(id.orElseThrow(), name, status.get());
                Journal other = found.put(journal.id(), journal);
                if (other != null) {
                    throw twice(other, journal);
                }
            }
        }
        return new JournalView(true, List.copyOf(found.values()));
    }

    private Optional<FileStatus> find(Path path) throws IOException {
        try {
            return files.find(path);
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Journal journal(JournalId id, String name, FileStatus status) {
        boolean settled = !status.times().modified().plus(settings.settled()).isAfter(clock.instant());
        return new Journal(id, name, status.sizeBytes(), settled ? Journal.State.READY : Journal.State.CURRENT);
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        SeekableByteChannel channel = files.openRead(path(journal));
        boolean done = false;
        try {
            if (channel.size() != journal.bytes()) {
                throw changed(journal, channel.size());
            }
            channel.position(from);
            done = true;
            return Channels.newInputStream(channel);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        Path file = path(journal);
        Optional<FileStatus> status = find(file);
        if (status.isEmpty()) {
            return Released.FREE;
        }
        if (status.get().sizeBytes() != upTo) {
            throw changed(journal, status.get().sizeBytes());
        }
        Path to = settings.moveTo();
        if (to == null) {
            files.delete(file);
        } else {
            move(file, to.resolve(journal.name()));
            files.syncFolder(to);
        }
        files.syncFolder(settings.folder());
        return Released.FREE;
    }

    private void move(Path file, Path to) throws IOException {
        try {
            files.rename(file, to);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
            // one that came back after it was released, with the content that is backed up: the same
            files.replace(file, to);
        }
    }

    private Path path(Journal journal) {
        return settings.folder().resolve(journal.name());
    }

    private BackupException changed(Journal journal, long bytes) {
        return new BackupException(
                JournalFault.CHANGED,
                "journal " + journal.id() + ", " + path(journal) + ", has " + bytes + " bytes, and had "
                        + journal.bytes() + " when it was taken for closed",
                "Let the engine write journals under another name and rename them when they are closed, or raise 'settled'.");
    }

    private BackupException twice(Journal one, Journal other) {
        return new BackupException(
                JournalFault.SOURCE,
                "files " + one.name() + " and " + other.name() + " in " + settings.folder() + " are both journal "
                        + one.id(),
                "Name the incarnation in the pattern, or move one of them away.");
    }
}
