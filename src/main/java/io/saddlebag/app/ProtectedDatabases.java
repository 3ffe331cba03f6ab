package io.saddlebag.app;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationBook;
import io.saddlebag.job.JobLog;
import io.saddlebag.journal.Journals;
import io.saddlebag.recoverability.Branch;
import io.saddlebag.recoverability.Protected;
import io.saddlebag.recoverability.Recoverability;
import io.saddlebag.recoverability.Repair;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.rollforward.BackupStates;
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
                new KnownBranches(databases, journals, incarnations, restoring.catalog()),
                clock));
    }

    private record KnownBranches(Databases databases, Journals journals, IncarnationBook incarnations, Catalog catalog)
            implements Recoverability.Branches {
        @Override
        public List<Branch> of(String database) throws IOException {
            boolean numbered = replay(database).isPresent();
            List<Branch> branches = new ArrayList<>();
            for (Incarnation each : incarnations.of(database).all()) {
                LogPosition reset = each.reset();
                if (reset != null) {
                    branches.add(numbered ? numbered(each, reset) : byPlace(each, reset));
                }
            }
            return branches;
        }

        /** Its first journals hold what the parent's of that number has, too, so that places alone decide. */
        private static Branch byPlace(Incarnation each, LogPosition reset) {
            return new Branch(each.number(), each.parent(), reset, null, null);
        }

        /** Its journals are its own from the first one on. */
        private static Branch numbered(Incarnation each, LogPosition reset) {
            JournalOffset left = JournalOffset.of(reset);
            long last = left.bytes() > 0 ? left.journal() : left.journal() - 1;
            return new Branch(each.number(), each.parent(), reset, last, Math.max(0, each.sequence()));
        }

        /** Of databases whose journals are applied before their files are in place; one that isn't configured any more isn't known. */
        private Optional<StagedReplay> replay(String database) throws IOException {
            if (!databases.names().contains(database)) {
                return Optional.empty();
            }
            DatabaseAdapter adapter = databases.get(database);
            return adapter.recovery().isPresent() ? Optional.empty() : adapter.stagedReplay();
        }

        @Override
        public Recoverability.States states(String database) throws IOException {
            StagedReplay replay = replay(database).orElse(null);
            String source = journals.ofDatabase(database).orElse(null);
            if (replay == null || source == null) {
                return Recoverability.States.NONE;
            }
            BackupStates states = BackupStates.of(
                    replay,
                    incarnations.of(database),
                    catalog,
                    journals.services().chain().pieces(source));
            return backup -> Optional.of(new Recoverability.State(
                    states.incarnation(backup),
                    states.of(backup)
                            .map(state -> JournalOffset.of(state.position()))
                            .orElse(null)));
        }
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
