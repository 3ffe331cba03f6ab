package io.saddlebag.recoverability;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobLog;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.recovery.JournalOffset;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Answers what can be recovered, and what not. Thread-safe; each answer is of the catalog as it is at that time.
 *
 * <p>Failures are those of the catalog, among them {@link CatalogFault#NO_SUCH_BACKUP}.
 */
public final class Recoverability {
    private final Parts parts;

    public Recoverability(Parts parts) {
        this.parts = parts;
    }

    /**
     * What answers are made from.
     *
     * @param clock for ages
     * @param branches what is known of incarnations
     */
    public record Parts(
            Catalog catalog,
            ImageCopies copies,
            JournalChain chain,
            RehearsalLog rehearsals,
            JobLog jobs,
            Protected protecting,
            Branches branches,
            Clock clock) {}

    /** Where incarnations of a database went off each other (R9). */
    @FunctionalInterface
    public interface Branches {
        /** Nothing is known of them: each is recovered by its own backups. */
        Branches NONE = database -> List.of();

        List<Branch> of(String database) throws IOException;

        /** Of a database whose journals are numbered anew in each incarnation. */
        default States states(String database) throws IOException {
            return States.NONE;
        }
    }

    /** Which states backups are (R10). */
    @FunctionalInterface
    public interface States {
        /** Backups say themselves where they are in the log. */
        States NONE = backup -> Optional.empty();

        Optional<State> of(Backup backup);
    }

    /**
     * A state in numbered journals.
     *
     * @param incarnation that the database had
     * @param offset where journals go on from it; null where that isn't known
     */
    public record State(long incarnation, @Nullable JournalOffset offset) {}

    /**
     * To which points it can be recovered (C11).
     *
     * @param name of a database or dataset; null for all
     * @param without what is taken to be gone
     * @throws BackupException {@link CatalogFault#NO_SUCH_BACKUP} when nothing is known of it, or nothing is stored on what is
     *     taken to be gone: a name that is written wrong would cost nothing
     */
    public List<Recoverable> show(@Nullable String name, Without without) throws IOException {
        CatalogFacts facts = new CatalogFacts(parts);
        requireStored(facts, without);
        List<Recoverable> all = new ArrayList<>();
        for (Map.Entry<String, Known.Kind> each : names(facts, name).entrySet()) {
            all.add(Recoverable.of(facts.known(each.getKey(), each.getValue()), without));
        }
        return all;
    }

    /**
     * What could not be recovered if it failed now (J23), of databases only.
     *
     * @param name null for all
     * @throws BackupException {@link CatalogFault#NO_SUCH_BACKUP}
     */
    public List<RecoveryLimit> limits(@Nullable String name) throws IOException {
        CatalogFacts facts = new CatalogFacts(parts);
        List<RecoveryLimit> all = new ArrayList<>();
        for (Map.Entry<String, Known.Kind> each : names(facts, name).entrySet()) {
            if (each.getValue() == Known.Kind.DATABASE) {
                Known known = facts.known(each.getKey(), each.getValue());
                all.add(RecoveryLimit.of(
                        known,
                        Intervals.of(known, Without.NOTHING),
                        parts.clock().instant()));
            }
        }
        return all;
    }

    /**
     * What can be done about a problem of a database (R13), with the time that each way takes and what it loses.
     *
     * @param at when it happened; null where nobody knows
     * @param without what is gone besides
     * @throws BackupException {@link CatalogFault#NO_SUCH_BACKUP} as {@link #show}
     */
    public Advice advise(String database, Problem problem, @Nullable Instant at, Without without) throws IOException {
        CatalogFacts facts = new CatalogFacts(parts);
        requireStored(facts, without);
        if (names(facts, database).get(database) != Known.Kind.DATABASE) {
            throw new BackupException(
                    CatalogFault.NO_SUCH_BACKUP,
                    "'" + database + "' is a dataset, and advice is given on databases",
                    "'saddlebag recoverability show " + database + "' tells its points; restore from one of them.");
        }
        Known known = facts.known(database, Known.Kind.DATABASE);
        Protected configured = parts.protecting();
        Set<Repair> repairs = configured.databases().contains(database) ? configured.repairs(database) : Set.of();
        return new Advisor(known, without, facts.rates(), parts.clock().instant(), repairs).about(problem, at);
    }

    private static Map<String, Known.Kind> names(CatalogFacts facts, @Nullable String name) throws BackupException {
        Map<String, Known.Kind> all = facts.names();
        if (name == null) {
            return all;
        }
        Known.Kind kind = all.get(name);
        if (kind == null) {
            throw new BackupException(
                    CatalogFault.NO_SUCH_BACKUP,
                    "nothing is known of '" + name + "'; there "
                            + (all.isEmpty() ? "is nothing" : "are " + String.join(", ", all.keySet())),
                    "Name one of those, or back it up first.");
        }
        return Map.of(name, kind);
    }

    private static void requireStored(CatalogFacts facts, Without without) throws IOException {
        if (without.isNothing()) {
            return;
        }
        Without stored = facts.stored();
        require("volume", without.volumes(), stored.volumes());
        require("pool", without.pools(), stored.pools());
        require("key", without.keys(), stored.keys());
    }

    private static void require(String what, Set<String> asked, Set<String> stored) throws BackupException {
        Set<String> unknown = new TreeSet<>(asked);
        unknown.removeAll(stored);
        if (!unknown.isEmpty()) {
            throw new BackupException(
                    CatalogFault.NO_SUCH_BACKUP,
                    "no backup needs " + what + " " + String.join(", ", unknown) + "; "
                            + (stored.isEmpty()
                                    ? "none needs any"
                                    : "there are backups that need " + String.join(", ", new TreeSet<>(stored))),
                    "Name one of those; nothing is lost with another one.");
        }
    }
}
