package io.saddlebag.app;

import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationBook;
import io.saddlebag.job.JobLog;
import io.saddlebag.journal.Journals;
import io.saddlebag.recoverability.Branch;
import io.saddlebag.recoverability.Protected;
import io.saddlebag.recoverability.Recoverability;
import io.saddlebag.recoverability.Repair;
import io.saddlebag.restore.RestoreServices;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The configured databases, and which journals bring them forward. */
final class ProtectedDatabases implements Protected {
    private final Databases databases;
    private final Journals journals;

    private ProtectedDatabases(Databases databases, Journals journals) {
        this.databases = databases;
        this.journals = journals;
    }

    static Recoverability recoverability(
            Databases databases,
            Journals journals,
            IncarnationBook incarnations,
            RestoreServices restoring,
            RehearsalLog rehearsals,
            JobLog jobs,
            Clock clock) {
        return new Recoverability(new Recoverability.Parts(
                restoring.catalog(),
                restoring.copies(),
                journals.services().chain(),
                rehearsals,
                jobs,
                new ProtectedDatabases(databases, journals),
                database -> branches(incarnations, database),
                clock));
    }

    /** Their first journals hold what the parent's of that number has, too, so that places alone decide. */
    private static List<Branch> branches(IncarnationBook incarnations, String database) throws IOException {
        List<Branch> branches = new ArrayList<>();
        for (Incarnation each : incarnations.of(database).all()) {
            if (each.reset() != null) {
                branches.add(new Branch(each.number(), each.parent(), each.reset(), null, null));
            }
        }
        return branches;
    }

    @Override
    public Set<String> databases() {
        return databases.names();
    }

    @Override
    public Set<String> journals(String database) throws IOException {
        Optional<String> source = journals.ofDatabase(database);
        return source.map(Set::of).orElse(Set.of());
    }

    @Override
    public Set<Repair> repairs(String database) throws IOException {
        DatabaseAdapter adapter = databases.get(database);
        Set<Repair> repairs = EnumSet.noneOf(Repair.class);
        if (adapter.recovery().isPresent() || adapter.stagedReplay().isPresent()) {
            repairs.add(Repair.WHOLE);
        }
        if (adapter.transfer().isPresent()) {
            repairs.add(Repair.ONE_DATABASE);
        }
        if (adapter.blockRepair().isPresent()) {
            repairs.add(Repair.BLOCKS);
        }
        return repairs;
    }
}
