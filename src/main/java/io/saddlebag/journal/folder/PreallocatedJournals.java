package io.saddlebag.journal.folder;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import io.saddlebag.journal.ResetLoad;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;

/**
 * Files of a fixed size that an engine fills in turns: it takes an empty one, writes the next number into it, then entries, and goes on
 * with another empty one when it is full (J15). So the one with the highest number is current, and those before are closed. A released
 * one is emptied, and available again.
 */
public final class PreallocatedJournals implements JournalSource {
    /** One that is emptied has to be durable before the other one is full. */
    private static final int FEWEST = 2;

    private final PreallocatedSettings settings;
    private final HostFiles files;
    private final SlotReset reset;
    private ResetLoad load;

    /** @param workers for {@link ResetLoad#requests} at once */
    public PreallocatedJournals(
            PreallocatedSettings settings,
            HostFiles files,
            InPlaceFiles inPlace,
            ExecutorService workers,
            ResetLoad load) {
        this.settings = settings;
        this.files = files;
        this.reset = new SlotReset(files, inPlace, workers);
        this.load = load;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.RESET);
    }

    @Override
    public void resetWith(ResetLoad other) {
        load = other;
    }

    /** Those that are being emptied count. */
    @Override
    public JournalLayout layout() throws IOException {
        int there = slots().size() + underWay().size();
        if (there < FEWEST) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "there are " + there + " files called " + settings.names() + " in " + settings.folder()
                            + ", and an engine that fills one needs another",
                    "Preallocate two or more, or correct 'folder' and 'pattern'.");
        }
        return JournalLayout.FIXED_SIZE;
    }

    @Override
    public JournalView look() throws IOException {
        TreeMap<JournalId, Journal> found = new TreeMap<>();
        for (Path slot : slots()) {
            OptionalLong number = number(slot);
            if (number.isPresent()) {
                JournalId id = new JournalId(1, number.getAsLong());
                long bytes = files.status(slot).sizeBytes();
                Journal journal =
                        new Journal(id, String.valueOf(slot.getFileName()), bytes, Journal.State.READY, 0, 0, bytes);
                Journal other = found.put(id, journal);
                if (other != null) {
                    throw twice(other, journal);
                }
            }
        }
        List<Journal> all = new ArrayList<>(found.values());
        if (!all.isEmpty()) {
            Journal last = all.remove(all.size() - 1);
            all.add(new Journal(last.id(), last.name(), last.bytes(), Journal.State.CURRENT, 0, 0, last.bytes()));
        }
        return new JournalView(true, all);
    }

    /** A folder that isn't there is a failure, never an empty one. */
    private List<Path> slots() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : files.list(settings.folder())) {
            if (isSlot(String.valueOf(path.getFileName()))
                    && files.find(path)
                            .filter(status -> status.is(FileKind.REGULAR))
                            .isPresent()) {
                found.add(path);
            }
        }
        return found;
    }

    private boolean isSlot(String name) {
        return !name.endsWith(SlotReset.UNDER_WAY)
                && settings.names().matcher(name).matches();
    }

    /** Own names of files that are being emptied. */
    private List<Path> underWay() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : files.list(settings.folder())) {
            String name = String.valueOf(path.getFileName());
            if (name.endsWith(SlotReset.UNDER_WAY)) {
                String own = name.substring(0, name.length() - SlotReset.UNDER_WAY.length());
                if (isSlot(own) && !files.exists(path.resolveSibling(own))) {
                    found.add(path.resolveSibling(own));
                }
            }
        }
        return found;
    }

    /** Empty for an empty file. */
    private OptionalLong number(Path slot) throws IOException {
        try (SeekableByteChannel channel = files.openRead(slot)) {
            return number(channel, slot);
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private OptionalLong number(SeekableByteChannel channel, Path slot) throws IOException {
        PreallocatedSettings.NumberField where = settings.number();
        ByteBuffer bytes = ByteBuffer.allocate(where.bytes()).order(where.order());
        channel.position(where.at());
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new BackupException(
                        JournalFault.SOURCE,
                        "file " + slot + " ends before the number at byte " + where.at(),
                        "Preallocate it in full, filled with bytes 0xFF, or correct 'pattern'.");
            }
        }
        bytes.flip();
        long value = where.bytes() == Long.BYTES ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
        long empty = where.bytes() == Long.BYTES ? -1 : Integer.toUnsignedLong(-1);
        if (value == empty) {
            return OptionalLong.empty();
        }
        if (value < 0) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "file " + slot + " has number " + Long.toUnsignedString(value) + ", which no journal has",
                    "Correct 'sequenceAt', 'sequenceBytes' and 'order'.");
        }
        return OptionalLong.of(value);
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        Path slot = path(journal);
        SeekableByteChannel channel = files.openRead(slot);
        boolean done = false;
        try {
            OptionalLong number = number(channel, slot);
            if (channel.size() != journal.bytes()
                    || number.isEmpty()
                    || number.getAsLong() != journal.id().sequence()) {
                throw changed(journal);
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
        Path slot = path(journal);
        Optional<FileStatus> status = files.find(slot);
        OptionalLong number = status.isEmpty() ? OptionalLong.empty() : number(slot);
        if (number.isEmpty() || number.getAsLong() != journal.id().sequence()) {
            // empty, or in use again: it was released before
            return Released.FREE;
        }
        if (status.orElseThrow().sizeBytes() != upTo) {
            throw changed(journal);
        }
        reset.empty(slot, load);
        return Released.FREE;
    }

    @Override
    public boolean isUnsettled() throws IOException {
        return !underWay().isEmpty();
    }

    @Override
    public void settle() throws IOException {
        for (Path slot : underWay()) {
            reset.goOn(slot, load);
        }
    }

    @Override
    public Optional<Path> folder() {
        return Optional.of(settings.folder());
    }

    @Override
    public long renewedBytes(Journal journal) {
        return journal.bytes();
    }

    private Path path(Journal journal) {
        return settings.folder().resolve(journal.name());
    }

    private BackupException changed(Journal journal) {
        return new BackupException(
                JournalFault.CHANGED,
                "file " + path(journal) + " does not hold journal " + journal.id() + " of " + journal.bytes()
                        + " bytes any more",
                "Find out who else empties or writes it.");
    }

    private BackupException twice(Journal one, Journal other) {
        return new BackupException(
                JournalFault.SOURCE,
                "files " + one.name() + " and " + other.name() + " in " + settings.folder() + " both hold journal "
                        + one.id(),
                "Move the one away that isn't the engine's.");
    }
}
