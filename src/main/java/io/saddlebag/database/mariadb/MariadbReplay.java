package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.JournalServer;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Binary logs, applied by a server of its own to a restored data directory. Where it ends is looked up in the logs before: always between two
 * transactions.
 */
final class MariadbReplay implements StagedReplay {
    private static final String LOG = "binaryLog";
    private static final String POSITION = "binaryLogPosition";

    private final MariadbSettings settings;
    private final ServerProgram program;
    private final Processes processes;
    private final Waiter waiter;
    private final SecureRandom random;

    MariadbReplay(
            MariadbSettings settings, ServerProgram program, Processes processes, Waiter waiter, SecureRandom random) {
        this.settings = settings;
        this.program = program;
        this.processes = processes;
        this.waiter = waiter;
        this.random = random;
    }

    @Override
    public void require(RecoveryTarget target) throws BackupException {
        if (target instanceof RecoveryTarget.RestorePoint || target instanceof RecoveryTarget.BeforeTransaction) {
            throw refused(
                    target + " isn't known to MariaDB",
                    "Name a transaction by its GTID, such as 0-1-57, a time, or a place in the binary logs (--until-log).");
        }
    }

    @Override
    public Path area(String job) {
        return settings.dataDirectory().resolveSibling(".saddlebag-recovery-" + job);
    }

    @Override
    public Path main() {
        return settings.dataDirectory();
    }

    @Override
    public Optional<LogPosition> begin(State backup, List<Part> known) {
        String log = backup.facts().get(LOG);
        String position = backup.facts().get(POSITION);
        if (log == null || position == null) {
            return Optional.empty();
        }
        return Optional.of(
                new JournalOffset(Long.parseLong(log.substring(log.lastIndexOf('.') + 1)), Long.parseLong(position))
                        .position());
    }

    /** By the transactions that the server had logged, one of each domain: {@code 0-7-57,1-7-3}. */
    @Override
    public boolean isBehind(Map<String, String> facts, RecoveryTarget target) {
        if (!(target instanceof RecoveryTarget.BeforeGtid wanted)) {
            return false;
        }
        for (String each : facts.getOrDefault("gtid", "").split(",", -1)) {
            String[] parts = each.strip().split("-", -1);
            if (parts.length == 3
                    && Long.parseLong(parts[0]) == wanted.domain()
                    && Long.parseLong(parts[2]) >= wanted.sequence()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Replayed apply(
            UnaryOperator<Path> staged, Path area, List<Stretch> stretches, RecoveryTarget target, Consumer<String> log)
            throws IOException, InterruptedException {
        ServerVariables variables = program.options();
        StagedServer server = new StagedServer(
                settings, variables, staged.apply(settings.dataDirectory()), area, processes, waiter, random);
        server.requireWithin();
        List<BinlogStretch> runs = new ArrayList<>();
        LogPosition end = new JournalOffset(0, 0).position();
        String cause = "as far as its journals go";
        for (int i = 0; i < stretches.size(); i++) {
            Stretch stretch = stretches.get(i);
            boolean last = i == stretches.size() - 1;
            Cut cut = cut(stretch, last ? target : RecoveryTarget.end());
            if (cut.run() != null) {
                runs.add(cut.run());
            }
            end = cut.end();
            cause = last ? cut.cause() : cause;
        }
        log.accept("the journals are applied up to " + JournalOffset.of(end) + ": " + cause);
        server.carryOut(runs, log);
        return new Replayed(end, 1, cause);
    }

    @Override
    public void endLeft(Path area) throws IOException, InterruptedException {
        StagedServer.endLeft(area, processes, waiter);
    }

    /** Which part of a stretch is wanted; null for none of it. */
    private record Cut(@Nullable BinlogStretch run, LogPosition end, String cause) {}

    private Cut cut(Stretch stretch, RecoveryTarget target) throws IOException {
        List<Path> logs = new ArrayList<>();
        JournalOffset end = new JournalOffset(stretch.journals().get(0).sequence(), stretch.from());
        long from = stretch.from();
        String cause = "as far as its journals go";
        BinlogGroups.@Nullable Group stopped = null;
        int many = stretch.journals().size();
        for (int i = 0; i < many && stopped == null; i++) {
            JournalFiles journal = stretch.journals().get(i);
            Path file = journal.parts().get(0);
            long limit = i == many - 1 && stretch.to() > 0 ? stretch.to() : Long.MAX_VALUE;
            BinlogGroups.Scan scan =
                    BinlogGroups.scan(file, i == 0 ? from : 0, wanted(target, journal.sequence(), limit));
            requireReadable(scan, file);
            if (scan.torn()) {
                truncate(file, scan.end());
            }
            stopped = scan.stopped();
            // where nothing is committed nothing is needed, now or when this line is followed again
            if (scan.groups() > 0) {
                from = logs.isEmpty() && i > 0 ? 0 : from;
                logs.add(file);
                end = new JournalOffset(journal.sequence(), scan.end());
            }
        }
        if (stopped != null) {
            cause = "before transaction " + named(stopped);
        } else {
            JournalFiles last = stretch.journals().get(many - 1);
            requireReached(target, last.sequence(), last.parts().get(0));
        }
        BinlogStretch run =
                logs.isEmpty() ? null : new BinlogStretch(logs, new JournalServer.Stretch(from, null, end.bytes()));
        return new Cut(run, end.position(), cause);
    }

    /** What is to be carried out of a journal; once it says no, that is the end. */
    private static Predicate<BinlogGroups.Group> wanted(RecoveryTarget target, long journal, long limit) {
        return group -> {
            if (group.end() > limit) {
                return false;
            }
            if (target instanceof RecoveryTarget.Time time) {
                return !group.committed().isAfter(time.instant().truncatedTo(ChronoUnit.SECONDS));
            }
            if (target instanceof RecoveryTarget.BeforeGtid before) {
                return !before.is(group.domain(), group.server(), group.sequence());
            }
            if (target instanceof RecoveryTarget.Position position) {
                JournalOffset place = JournalOffset.of(position.position());
                return journal < place.journal() || (journal == place.journal() && group.end() <= place.bytes());
            }
            return true;
        };
    }

    private void requireReached(RecoveryTarget target, long lastJournal, Path last) throws IOException {
        JournalOffset end = new JournalOffset(lastJournal, Files.size(last));
        if (target instanceof RecoveryTarget.Position position
                && position.position().isAfter(end.position())) {
            throw refused(
                    JournalOffset.of(position.position()) + " is behind the end of its journals, " + end,
                    "Recover to the end of the journals, or to a place before.");
        }
        if (target instanceof RecoveryTarget.BeforeGtid) {
            throw refused(
                    target + " isn't in the journals, which go to " + end,
                    "See its name in the binary log, or recover to a time.");
        }
    }

    private static String named(BinlogGroups.Group group) {
        return group.domain() + "-" + group.server() + "-" + group.sequence() + " of " + group.committed();
    }

    private void requireReadable(BinlogGroups.Scan scan, Path file) throws BackupException {
        if (scan.encrypted()) {
            throw refused(
                    "its binary logs are encrypted (" + file.getFileName()
                            + "), and 'mariadb-binlog' doesn't read such files",
                    "Start the restored server, and have it send its logs to the program.");
        }
    }

    /** Of a copy: the server died while it wrote that, and never took it for committed. */
    private static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        if (Files.size(file) != bytes) {
            throw new IOException(file + " could not be cut to " + bytes + " bytes");
        }
    }

    private BackupException refused(String why, String hint) {
        return new BackupException(
                DatabaseFault.NO_RECOVERY, "database " + settings.name() + " can't be rolled forward: " + why, hint);
    }
}
