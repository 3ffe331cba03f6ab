package io.saddlebag.rollforward;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Decryption;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobState;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.ReconciledChain;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.CallFaults;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node whose processes recover one database, which has one chain of journals, through whatever goes wrong. */
final class SweptNode {
    private final Workbench bench;
    private final String database;
    private final String journals;
    private final Sources sources;

    /** The database's journals, as a process reads them. */
    interface Sources {
        JournalSource of(HostFiles files, JournalChain chain) throws IOException;
    }

    /** What becomes of a process that is asked for a recovery. */
    record Ended(boolean success, String told) {}

    SweptNode(Workbench bench, String database, String journals, Sources sources) {
        this.bench = bench;
        this.database = database;
        this.journals = journals;
        this.sources = sources;
        bench.histories = any -> IncarnationFacts.of(Incarnations.of(List.of(Incarnation.root(1)), 1), 1);
    }

    /**
     * From now on processes that begin go through that, but for what they ask the database itself.
     *
     * @param guarded whether the guard of their leases does, too
     */
    void through(CallFaults faults, boolean guarded) {
        bench.guardFiles = guarded ? faults.port(HostFiles.class, bench.files) : bench.files;
        bench.poolFiles = files -> faults.port(HostFiles.class, files);
        bench.catalogWrap = catalog -> faults.port(Catalog.class, catalog);
        bench.jobLogWrap = log -> faults.port(JobLog.class, log);
        bench.watchdogWrap = watchdog -> faults.port(Watchdog.class, watchdog);
    }

    /** A process recovers it, and ends. */
    Ended recover(CallFaults faults, boolean guarded, RecoveryTarget target, @Nullable Long incarnation)
            throws Exception {
        Workbench.Node node = bench.node(Life.unending(), faults.port(HostFiles.class, bench.files));
        try {
            List<Job> jobs = recoveries(faults, node)
                    .recover(new RecoverRequest(
                            database,
                            target,
                            incarnation,
                            null,
                            null,
                            null,
                            RecoverRequest.Unsaved.LEFT_OUT,
                            null,
                            Prompt.AUTOMATIC));
            return new Ended(
                    jobs.stream().allMatch(SweptNode::succeeded),
                    jobs.stream()
                            .map(each -> each.state() + " " + each.cause())
                            .toList()
                            .toString());
        } catch (CallFaults.Death | IOException | RuntimeException e) {
            return new Ended(false, e.toString());
        } finally {
            if (guarded && faults.dead()) {
                bench.watchdog.guardsDie();
            }
            try {
                node.died();
            } catch (CallFaults.Death ofGuard) {
                bench.watchdog.guardsDie();
            }
        }
    }

    static void require(Job job) {
        if (!succeeded(job)) {
            throw new AssertionError(job);
        }
    }

    static boolean succeeded(Job job) {
        return job.state() == JobState.COMPLETED || job.state() == JobState.COMPLETED_WITH_WARNINGS;
    }

    /** A process that begins, of which nothing goes wrong, and which settles what recoveries owe when it is told to. */
    Workbench.Node next() throws IOException {
        Workbench.Node node = bench.node();
        bench.collectors = Map.of(
                Recoveries.REMOVE,
                recoveries(CallFaults.none(), node)::settle,
                Recoveries.RECORD,
                begun(CallFaults.none())::settle);
        return node;
    }

    private Recoveries recoveries(CallFaults faults, Workbench.Node node) {
        RestoreServices restoring = node.restoring;
        PieceReading reading = reading(node);
        BegunIncarnations begun = begun(faults);
        JournalChain chain = new ReconciledChain(
                faults.port(JournalChain.class, bench.chain()),
                restoring.catalog(),
                any -> Optional.of(name -> Optional.empty()));
        Journals only = new OnlyJournals(
                faults, new JournalServices(node.backups, restoring.catalog(), chain, bench.time, bench.time));
        return new Recoveries(new RecoverServices(
                restoring,
                new RestoreJobs(restoring),
                only,
                reading,
                known(begun, node, only),
                begun,
                any -> Optional.empty(),
                user -> {},
                bench.time));
    }

    private static PieceReading reading(Workbench.Node node) {
        return new PieceReading(node.restoring.catalog(), Decryption.NONE, node.restoring.workers());
    }

    private static KnownIncarnations known(BegunIncarnations begun, Workbench.Node node, Journals journals) {
        return new KnownIncarnations(
                begun, node.restoring.catalog(), journals, reading(node), backup -> node.pool.read(backup.files()));
    }

    private BegunIncarnations begun(CallFaults faults) {
        return new BegunIncarnations(
                faults.port(IncarnationLog.class, bench.incarnations()),
                bench.log(),
                bench.leases(),
                faults.port(HostFiles.class, bench.files),
                bench.time);
    }

    /** One pass over the journals, of which nothing goes wrong. */
    void pass(JournalSource source) throws Exception {
        Workbench.Node node = bench.node();
        new JournalBackup(
                        source,
                        node.journalServices(),
                        node.poolTarget(),
                        JournalOptions.DEFAULT,
                        JournalListener.DEAF,
                        null)
                .run();
    }

    /** Number, parent and reset of each that has begun. */
    List<String> incarnations() throws IOException {
        return begun(CallFaults.none()).list(database).stream()
                .map(each -> each.number() + " of " + each.parent() + " at " + each.reset())
                .toList();
    }

    /** Number of the one that the database is in, by all that is known. */
    long current() throws IOException {
        Workbench.Node node = bench.node();
        return known(begun(CallFaults.none()), node, new OnlyJournals(CallFaults.none(), node.journalServices()))
                .of(database)
                .current()
                .number();
    }

    /** What recoveries have put beside the database's place, but for what they keep of before, and beginnings of files. */
    static List<String> leftBeside(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place.getParent())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> each.contains("saddlebag-") && !each.contains("saddlebag-before"))
                    .filter(each -> !each.startsWith(HostFiles.UNDER_WAY))
                    .sorted()
                    .toList();
        }
    }

    private final class OnlyJournals implements Journals {
        private final CallFaults faults;
        private final JournalServices services;

        OnlyJournals(CallFaults faults, JournalServices services) {
            this.faults = faults;
            this.services = services;
        }

        @Override
        public Set<String> names() {
            return Set.of(journals);
        }

        @Override
        public JournalSource source(String name) throws IOException {
            return faults.port(
                    JournalSource.class, sources.of(faults.port(HostFiles.class, bench.files), services.chain()));
        }

        @Override
        public JournalServices services() {
            return services;
        }

        @Override
        public Optional<String> ofDatabase(String any) {
            return Optional.of(journals);
        }
    }
}
