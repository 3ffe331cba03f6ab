package io.saddlebag.database.sqlite;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Write-ahead logs of one file, taken by SQLite itself into its restored copy, one after the other. */
final class SqliteReplay implements StagedReplay {
    /** Facts of a backup: the log into which its changes went, and how much of that was committed by then. */
    static final String LOG = "writeAheadLog";

    static final String LOG_BYTES = "writeAheadLogBytes";
    static final String EMPTY = "empty";

    /** Fact of a backup whose log was empty: number, bytes and name of the journal behind whose place the next change is. */
    static final String BEHIND = "journalBefore";

    /** That nothing that is backed up is known to go on to there. */
    static final String NOTHING = "none";

    private final SqliteSettings settings;

    SqliteReplay(SqliteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void require(RecoveryTarget target) throws BackupException {
        if (!RecoveryTarget.isEnd(target) && !(target instanceof RecoveryTarget.Time)) {
            throw new BackupException(
                    DatabaseFault.NO_RECOVERY,
                    "database " + settings.name() + " can't be brought to " + target
                            + ": SQLite's logs have neither places of their own nor names of transactions",
                    "End with a journal (--until-sequence), or with the passes that had ended by a time (--until-time).");
        }
    }

    @Override
    public Path area(String job) {
        return settings.file().resolveSibling(".saddlebag-recovery-" + job);
    }

    @Override
    public Path main() {
        return settings.file();
    }

    /**
     * A backup whose log was empty is the end of some log, and says of which. It goes on behind that: nothing is merged between two logs of a
     * chain without a gap.
     */
    @Override
    public Optional<LogPosition> begin(State backup, List<Part> known) {
        Map<String, String> facts = backup.facts();
        String log = facts.get(LOG);
        if (log == null) {
            return Optional.empty();
        }
        if (!log.equals(EMPTY)) {
            long bytes = Long.parseLong(facts.getOrDefault(LOG_BYTES, "0"));
            return known.stream()
                    .filter(each -> each.name().equals(log))
                    .findFirst()
                    .map(each -> new JournalOffset(each.sequence(), bytes).position());
        }
        String behind = facts.get(BEHIND);
        return behind == null ? byAge(backup, known) : said(behind, known);
    }

    /** Journals that were renamed since, or belong to another chain, have that number for something else. */
    private static Optional<LogPosition> said(String behind, List<Part> known) {
        String[] fields = behind.split(" ", -1);
        if (behind.equals(NOTHING) || fields.length < 2) {
            return Optional.empty();
        }
        JournalOffset place = new JournalOffset(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
        boolean there = fields.length == 2
                || known.stream()
                        .anyMatch(each -> each.sequence() == place.journal()
                                && each.name().equals(fields[2])
                                && each.end() >= place.bytes());
        return there ? Optional.of(place.position()) : Optional.empty();
    }

    /**
     * Of an older backup, which doesn't say so: behind the parts that are older than it. Clocks are set back, and numbers of backups are
     * given anew when a catalog is rebuilt: unless both say the same of all parts, nobody knows.
     */
    private static Optional<LogPosition> byAge(State backup, List<Part> known) {
        Optional<LogPosition> last = Optional.empty();
        boolean over = false;
        for (Part each : known) {
            boolean older = each.backup() < backup.backup();
            boolean earlier = each.backup() != Part.AT_SOURCE && !each.begun().isAfter(backup.at());
            if (older != earlier || (older && over)) {
                return Optional.empty();
            }
            over |= !older;
            if (older) {
                last = Optional.of(new JournalOffset(each.sequence(), each.end()).position());
            }
        }
        return last;
    }

    @Override
    public Replayed apply(
            UnaryOperator<Path> staged, Path area, List<Stretch> stretches, RecoveryTarget target, Consumer<String> log)
            throws IOException {
        Path file = staged.apply(settings.file());
        LogPosition end = new JournalOffset(0, 0).position();
        for (Stretch stretch : stretches) {
            for (JournalFiles journal : stretch.journals()) {
                long bytes = assemble(journal, beside(file, "-wal"));
                take(file, journal.sequence(), bytes);
                end = new JournalOffset(journal.sequence(), bytes).position();
                log.accept("applied journal " + journal.sequence() + ", " + bytes + " bytes");
            }
        }
        return new Replayed(
                end, 1, stretches.isEmpty() ? "no journals are behind the backup" : "as far as its journals go");
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static long assemble(JournalFiles journal, Path to) throws IOException {
        long bytes = 0;
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Path part : journal.parts()) {
                try (FileChannel in = FileChannel.open(part, StandardOpenOption.READ)) {
                    long size = in.size();
                    for (long done = 0; done < size; ) {
                        done += in.transferTo(done, size - done, out);
                    }
                    bytes += size;
                }
            }
            out.force(true);
        }
        return bytes;
    }

    private void take(Path file, long sequence, long bytes) throws BackupException {
        try {
            long taken = HeldLog.merge(file);
            if (taken != bytes) {
                throw refused(
                        "of journal " + sequence + ", " + bytes + " bytes, SQLite took " + taken + " into " + file,
                        null);
            }
        } catch (SQLException refused) {
            throw refused("SQLite doesn't take journal " + sequence + ": " + refused.getMessage(), refused);
        }
    }

    private BackupException refused(String why, @Nullable SQLException cause) {
        return new BackupException(
                DatabaseFault.RECOVERY_STOPPED,
                "database " + settings.name() + " could not be rolled forward: " + why,
                "Verify the backups of its journals; recover to the end of the journal before, or from another backup.",
                cause);
    }
}
