package io.saddlebag.workbench;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The writer of {@link TwinDatabase}. Its backup mode isn't bound to a process, so that somebody has to end it; while it is
 * frozen, its writes wait. The end of it yields a label, and the journal's files.
 */
public final class TwinWriter implements DatabaseWriter {
    public volatile Trouble beforeBegin = Trouble.NONE;
    public volatile Trouble afterBegin = Trouble.NONE;
    public volatile Trouble beforeFreeze = Trouble.NONE;
    public volatile Trouble beforeThaw = Trouble.NONE;
    public volatile Trouble afterThaw = Trouble.NONE;
    /** Whoever does it: a job that lets go, its guard, or a later start of a node. */
    public volatile Trouble beforeAbandon = Trouble.NONE;

    public volatile Trouble beforeEnd = Trouble.NONE;
    public volatile Trouble afterEnd = Trouble.NONE;
    public volatile boolean archives = true;
    public volatile boolean freezes = true;
    public volatile Consistency needed = Consistency.PER_FILE;
    public volatile SharedInstant instant = SharedInstant.HELD;
    /** Id of the backup that it is in backup mode for. */
    public volatile @Nullable String mode;

    public volatile boolean frozen;

    private final Path data;
    private final Path journal;
    private final List<String> events;
    private final String of;

    public TwinWriter(Path data, Path journal, List<String> events) {
        this(data, journal, events, "");
    }

    /** @param of what its events end with */
    public TwinWriter(Path data, Path journal, List<String> events, String of) {
        this.of = of;
        this.data = data;
        this.journal = journal;
        this.events = events;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException {
        events.add("prepare" + of);
        if (!archives) {
            throw new BackupException(
                    DatabaseFault.NOT_IN_ARCHIVE_MODE, "orders keeps no journals", "Run: set archive = on;");
        }
    }

    @Override
    public List<DatabaseComponent> components() {
        return List.of(
                new DatabaseComponent("data", DatabaseComponent.Kind.DATA, data, List.of("lock", "label")),
                new DatabaseComponent(
                        "journal",
                        DatabaseComponent.Kind.JOURNAL,
                        journal,
                        List.of(),
                        List.of(DatabaseComponent.ITSELF)));
    }

    @Override
    public List<DatabaseComponent> recoveryArea() {
        return List.of(new DatabaseComponent(
                "archive", DatabaseComponent.Kind.RECOVERY_AREA, data.resolveSibling("archive"), List.of()));
    }

    @Override
    public Consistency needed() {
        return needed;
    }

    @Override
    public SharedInstant sharedInstant() {
        return instant;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        events.add("begin" + of);
        beforeBegin.happens();
        mode = id;
        afterBegin.happens();
        return new Mode(id);
    }

    @Override
    public void abandon(String id, Consumer<String> log) throws IOException, InterruptedException {
        if (id.equals(mode)) {
            beforeAbandon.happens();
            events.add("abandon" + of);
            frozen = false;
            mode = null;
        }
    }

    @Override
    public String leaveBackupMode(Duration timeout) throws IOException {
        events.add("leave backup mode" + of);
        return Files.deleteIfExists(data.resolve("label")) ? "left it" : "was not in it";
    }

    private final class Mode implements BackupMode {
        private final String id;

        Mode(String id) {
            this.id = id;
        }

        @Override
        public boolean freeze(Duration limit) throws IOException, InterruptedException {
            return freeze("freeze");
        }

        @Override
        public boolean freezeWithOthers(Duration limit) throws IOException, InterruptedException {
            return freeze("freeze with others");
        }

        private boolean freeze(String how) throws IOException, InterruptedException {
            requireOn();
            if (freezes) {
                events.add(how + of);
                frozen = true;
            }
            beforeFreeze.happens();
            return freezes;
        }

        @Override
        public void thaw() throws IOException, InterruptedException {
            if (frozen) {
                events.add("thaw" + of);
                beforeThaw.happens();
                requireOn();
                frozen = false;
                afterThaw.happens();
            }
        }

        @Override
        public BackupEnd end(Duration timeout) throws IOException, InterruptedException {
            events.add("end" + of);
            beforeEnd.happens();
            requireOn();
            mode = null;
            afterEnd.happens();
            return new BackupEnd(
                    Map.of("position", "7"),
                    List.of(new BackupEnd.AddedFile(data.resolve("label"), data.resolve("table"), "from 5 to 7\n")),
                    journal,
                    List.of("log"));
        }

        @Override
        public void close() throws IOException {
            try {
                abandon(id, line -> {});
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void requireOn() throws BackupException {
            if (!id.equals(mode)) {
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST, "orders is not in backup mode " + id, "Repeat the backup.");
            }
        }
    }
}
