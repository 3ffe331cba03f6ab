package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.Recovered;
import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.TimelineHistory;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Archive recovery of a restored data directory by the server itself, 13 or newer: those stop when the journals end before the target
 * was reached, older ones would open (R12). Opening begins a timeline of its own.
 */
final class PostgresqlRecovery implements DatabaseRecovery {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);
    private static final int FIRST = 13;
    private static final int HEX = 16;
    private static final int TIMELINE_DIGITS = 8;
    private static final long ANY_SEGMENT = 1L << 24;

    private final PostgresqlAdapter adapter;
    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final ServerPrograms programs;
    private final ServerFiles files;
    private final Waiter waiter;
    private final ArrangedRecovery.Standby standby;

    PostgresqlRecovery(
            PostgresqlAdapter adapter,
            PostgresqlSettings settings,
            ServerConnections connections,
            ServerPrograms programs,
            ServerFiles files,
            Waiter waiter,
            ArrangedRecovery.Standby standby) {
        this.adapter = adapter;
        this.settings = settings;
        this.connections = connections;
        this.programs = programs;
        this.files = files;
        this.waiter = waiter;
        this.standby = standby;
    }

    @Override
    public void require(RecoveryTarget target) throws IOException {
        if (target instanceof RecoveryTarget.BeforeGtid) {
            throw refused("its transactions have numbers, and no names of three", "Give a number such as 742.");
        }
        if (target instanceof RecoveryTarget.Position position
                && position.position().form() != LogPosition.Form.LSN) {
            throw refused(
                    "its places in the log are LSNs, not " + position.position(), "Give one such as 16/B374D848.");
        }
    }

    /** Beside the data directory: whoever walks to that gets there, too. */
    @Override
    public Path area(String job) {
        Path data = settings.dataDirectory();
        return data.resolveSibling(data.getFileName() + ".saddlebag-journals-" + job);
    }

    @Override
    public void arrange(UnaryOperator<Path> staged, RecoveryOrder order) throws IOException, InterruptedException {
        JournalArea.require(order.area());
        Path data = staged.apply(settings.dataDirectory());
        String version = Files.readString(data.resolve("PG_VERSION")).strip();
        if (version.contains(".") || Integer.parseInt(version) < FIRST) {
            throw refused(
                    "it is of version " + version, "Recoveries need " + FIRST + " or newer; roll it forward by hand.");
        }
        Path like = data.resolve("PG_VERSION");
        new JournalArea(order.area()).complete(order, like);
        if (!programs.mayRead(order.area().resolve(JournalArea.SCRIPT))) {
            throw refused(
                    "user " + settings.runAs() + " can't get to the journals in " + order.area(),
                    "Give a folder for them that this user may walk down to.");
        }
        new ArrangedRecovery(data).write(order, Integer.parseInt(version), standby);
    }

    @Override
    public boolean needs(Path area) throws IOException {
        return new ArrangedRecovery(settings.dataDirectory())
                .area()
                .filter(area::equals)
                .isPresent();
    }

    @Override
    public Recovered await(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, limit);
        long toldNanos = waiter.nanos();
        while (true) {
            Optional<Recovered> done = look(log, waiter.nanos() - toldNanos >= TELL_EVERY.toNanos());
            if (done.isPresent()) {
                return done.get();
            }
            if (waiter.nanos() - toldNanos >= TELL_EVERY.toNanos()) {
                toldNanos = waiter.nanos();
            }
            if (deadline.passed()) {
                throw stopped("is still in recovery after " + limit, null);
            }
            deadline.await(PostgresqlAdapter.LOOK_AGAIN.multipliedBy(2));
        }
    }

    /** Empty while it goes on. */
    private Optional<Recovered> look(Consumer<String> log, boolean tell) throws IOException, InterruptedException {
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            if (Queries.isTrue(connection, "select pg_is_in_recovery()")) {
                if (tell) {
                    log.accept("rolled forward to "
                            + Queries.text(
                                    connection, "select coalesce(pg_last_wal_replay_lsn()::text, 'nothing yet')"));
                }
                return Optional.empty();
            }
            long timeline = Long.parseLong(
                    Queries.text(connection, "select pg_walfile_name(pg_current_wal_insert_lsn())")
                            .substring(0, TIMELINE_DIGITS),
                    HEX);
            return Optional.of(recovered(timeline));
        } catch (SQLException refused) {
            if (adapter.state() == DatabaseState.STOPPED) {
                files.endOfLog().forEach(line -> log.accept("server log: " + line));
                throw stopped("stopped before it came to the end of its recovery: " + files.reasonInLog(), refused);
            }
            return Optional.empty();
        }
    }

    /** By the history that the server wrote of its new timeline. */
    private Recovered recovered(long timeline) throws IOException {
        String name = String.format(Locale.ROOT, "%08X.history", timeline);
        Path history = settings.dataDirectory().resolve("pg_wal").resolve(name);
        List<Incarnation> all = TimelineHistory.parse(timeline, Files.readString(history), ANY_SEGMENT);
        Incarnation own = all.get(all.size() - 1);
        return new Recovered(timeline, own.parent(), Objects.requireNonNull(own.reset()), own.cause());
    }

    private BackupException stopped(String why, @Nullable Exception cause) {
        return new BackupException(
                DatabaseFault.RECOVERY_STOPPED,
                "database " + settings.name() + " " + why,
                "Its log " + settings.logFile()
                        + " says why, and which journal it wanted. Recover again when that is mended, or to an"
                        + " earlier point.",
                cause);
    }

    private BackupException refused(String why, String hint) {
        return new BackupException(
                DatabaseFault.NO_RECOVERY, "database " + settings.name() + " can't be rolled forward: " + why, hint);
    }
}
