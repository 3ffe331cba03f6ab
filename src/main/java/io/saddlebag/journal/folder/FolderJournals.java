package io.saddlebag.journal.folder;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.FolderNews;
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
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Closed journals that an engine drops into a folder, such as Oracle's archived redo logs or Rdb's. A file is ready once it hasn't been
 * changed for a while; before, it is current. Released ones are deleted or moved away.
 */
public final class FolderJournals implements JournalSource {
    /** Behind the name of a journal that is being received. */
    private static final String PARTIAL = ".partial";

    private final FolderSettings settings;
    private final HostFiles files;
    private final Settling settling;
    private final List<JournalSource> companions;
    private final FolderNews.Opening telling;
    private @Nullable FolderNews news;

    public FolderJournals(FolderSettings settings, HostFiles files, Settling settling) {
        this(settings, files, settling, List.of());
    }

    /** @param companions what belongs to these journals, in the same folder or another one */
    public FolderJournals(FolderSettings settings, HostFiles files, Settling settling, List<JournalSource> companions) {
        this(settings, files, settling, companions, folder -> {
            throw new IOException("nobody tells of folder " + folder);
        });
    }

    /** @param telling says when something came into the folder, where that can be told */
    public FolderJournals(
            FolderSettings settings,
            HostFiles files,
            Settling settling,
            List<JournalSource> companions,
            FolderNews.Opening telling) {
        this.telling = telling;
        this.companions = List.copyOf(companions);
        this.settings = settings;
        this.files = files;
        this.settling = settling;
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
    public List<Journal> beginnings() throws IOException {
        Map<JournalId, Journal> found = new TreeMap<>();
        for (Path path : files.list(settings.folder())) {
            String file = String.valueOf(path.getFileName());
            String name = file.endsWith(PARTIAL) ? file.substring(0, file.length() - PARTIAL.length()) : "";
            Optional<JournalId> id = settings.naming().match(name);
            Optional<FileStatus> status = id.isEmpty() ? Optional.empty() : find(path);
            if (status.isPresent()
                    && status.get().is(FileKind.REGULAR)
                    && find(settings.folder().resolve(name)).isEmpty()) {
                found.put(
                        id.orElseThrow(),
                        new Journal(id.orElseThrow(), name, status.get().sizeBytes(), Journal.State.CURRENT));
            }
        }
        return List.copyOf(found.values());
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
    public OptionalLong usableBytes() throws IOException {
        return OptionalLong.of(files.usableSpaceBytes(settings.folder()));
    }

    @Override
    public Optional<Path> folder() {
        return Optional.of(settings.folder());
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
        Set<String> names = new HashSet<>();
        for (Path path : files.list(settings.folder())) {
            String name = String.valueOf(path.getFileName());
            Optional<JournalId> id = settings.naming().match(name);
            Optional<FileStatus> status = id.isEmpty() ? Optional.empty() : find(path);
            if (status.isPresent() && status.get().is(FileKind.REGULAR)) {
                names.add(name);
                Journal journal = journal(id.orElseThrow(), name, status.get());
                Journal other = found.put(journal.id(), journal);
                if (other != null) {
                    throw twice(other, journal);
                }
            }
        }
        settling.keep(names);
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
        boolean settled = settling.isSettled(name, status, settings.settled());
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
        release(List.of(new Due(journal, upTo)));
        return Released.FREE;
    }

    @Override
    public void release(List<Due> due) throws IOException {
        boolean gone = false;
        try {
            for (Due each : due) {
                gone |= letGo(each.journal(), each.upTo());
            }
        } finally {
            if (gone) {
                Path to = settings.moveTo();
                if (to != null) {
                    files.syncFolder(to);
                }
                files.syncFolder(settings.folder());
            }
        }
    }

    /** @return whether it was there */
    private boolean letGo(Journal journal, long upTo) throws IOException {
        Path file = path(journal);
        Optional<FileStatus> status = find(file);
        if (status.isEmpty()) {
            return false;
        }
        if (status.get().sizeBytes() != upTo) {
            throw changed(journal, status.get().sizeBytes());
        }
        Path to = settings.moveTo();
        if (to == null) {
            files.delete(file);
        } else {
            move(file, to.resolve(journal.name()));
        }
        return true;
    }

    /** Files that have to settle are looked at before that is told of, or a moment later. */
    @Override
    public void awaitNews(Waiter waiter, Duration most) throws InterruptedException {
        try {
            FolderNews told = news;
            if (told == null) {
                told = telling.open(settings.folder());
                news = told;
                // something may have come just before
                return;
            }
            told.await(most);
        } catch (IOException cannotTell) {
            forget(cannotTell);
            JournalSource.super.awaitNews(waiter, most);
        }
    }

    private void forget(IOException why) {
        try {
            close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        FolderNews told = news;
        news = null;
        if (told != null) {
            told.close();
        }
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
