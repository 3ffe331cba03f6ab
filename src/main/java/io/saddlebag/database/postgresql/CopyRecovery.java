package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.Recovered;
import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Archive recovery of a copy beside its original (R8). It takes no connections before the end: it is smaller than the original, and a
 * standby that does has to be as large.
 */
final class CopyRecovery implements DatabaseRecovery {
    private final PostgresqlCopy copy;
    private final String name;
    private final Processes processes;
    private final Waiter waiter;

    CopyRecovery(PostgresqlCopy copy, String name, Processes processes, Waiter waiter) {
        this.copy = copy;
        this.name = name;
        this.processes = processes;
        this.waiter = waiter;
    }

    /** Anew each time: its arguments depend on the version of the files, which may not be restored yet. */
    private PostgresqlRecovery server() {
        PostgresqlSettings settings = copy.settings();
        return new PostgresqlRecovery(
                new PostgresqlAdapter(settings, processes, waiter),
                settings,
                new ServerConnections(settings),
                new ServerPrograms(settings, processes),
                new ServerFiles(settings),
                waiter,
                ArrangedRecovery.Standby.COLD);
    }

    @Override
    public void require(RecoveryTarget target) throws IOException {
        server().require(target);
    }

    @Override
    public Path area(String job) {
        throw new IllegalStateException(
                "where the journals of a copy of " + name + " are, is said by whoever makes it");
    }

    @Override
    public void arrange(UnaryOperator<Path> staged, RecoveryOrder order) throws IOException, InterruptedException {
        copy.makeReady();
        server().arrange(staged, order);
    }

    @Override
    public boolean needs(Path area) throws IOException {
        return server().needs(area);
    }

    @Override
    public Recovered await(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        return server().await(limit, log);
    }
}
