package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupServices;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.StoredFiles;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageReader;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.Transcripts;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeRegister;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A database that closes journals, and processes that back them up with the real code of a pass, on twins of everything that it touches. What
 * must hold is asked after each pass and at each release.
 */
public final class PassWorld {
    /** Nothing of a pass looks at files itself. */
    private static final HostFiles NO_FILES = refusing(HostFiles.class);

    private static final Transcripts SILENT = new Transcripts() {
        @Override
        public Transcript open(JobName job) {
            return new Transcript() {
                @Override
                public void line(String text) {}

                @Override
                public void sync() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public Page read(JobName job, long fromByte) {
            return new Page(List.of(), fromByte);
        }
    };

    public final SkewedTime time = new SkewedTime();
    public final MemoryChain chain = new MemoryChain();
    final MemoryCatalog catalog = new MemoryCatalog();
    final MemoryJobLog log = new MemoryJobLog();
    public final SimulatedPool pool = new SimulatedPool();
    final SimulatedJournals source = new SimulatedJournals(this::requireDurable);
    /** What the engine ever closed, but for what it lost itself. */
    public final TreeMap<JournalId, byte[]> written = new TreeMap<>();

    public final Set<JournalId> lost = new HashSet<>();
    final List<Map.Entry<JournalId, byte[]>> late = new ArrayList<>();
    private final ExecutorService workers;
    private int processes;

    public PassWorld(ExecutorService workers) {
        this.workers = workers;
    }

    /** Port that nobody may call. */
    private static <T> T refusing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                PassWorld.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    if (method.getName().equals("toString")) {
                        return type.getSimpleName();
                    }
                    throw new AssertionError("a pass called " + method);
                }));
    }

    void close(JournalId id, boolean loses, boolean isLate) {
        byte[] content = ("entries of journal " + id + "\n").getBytes(UTF_8);
        if (loses) {
            lost.add(id);
            return;
        }
        written.put(id, content);
        if (isLate) {
            late.add(Map.entry(id, content));
        } else {
            source.there.put(id, content);
        }
    }

    void arrive(int many) {
        for (int i = 0; i < many && !late.isEmpty(); i++) {
            Map.Entry<JournalId, byte[]> each = late.remove(0);
            source.there.put(each.getKey(), each.getValue());
        }
    }

    /**
     * One look by one process; what goes wrong is only told.
     *
     * @return null when it ended well
     */
    @Nullable
    Throwable pass(Faults faults) {
        return pass(faults, source, JournalOptions.DEFAULT);
    }

    /** One operation by one process: a pass, or with {@code continuous} several; what goes wrong is only told. */
    public @Nullable Throwable pass(Faults faults, JournalSource from, JournalOptions options) {
        try {
            new JournalBackup(
                            faults.port(JournalSource.class, from),
                            services(faults),
                            faults.port(ImageTarget.class, pool),
                            options,
                            JournalListener.DEAF,
                            null)
                    .run();
            return null;
        } catch (Faults.Death | IOException | UncheckedIOException e) {
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a node does when it begins: jobs of dead processes end, and what they owed is settled. */
    public void restart(Random random) {
        endJobs();
        for (Obligation owed : log.owed()) {
            BackupId id = BackupId.parse(owed.facts().get("backup"));
            Backup backup = catalog.find(id).orElseThrow();
            boolean whole = pool.images.containsKey(backup.about().imageId());
            if (backup.state() == Backup.State.WRITING && whole && random.nextBoolean()) {
                catalog.readIn(id);
            }
            catalog.abandon(id, "its process died");
            log.settle(owed);
        }
        for (Backup backup : catalog.backups(Catalog.Filter.ALL)) {
            catalog.abandon(backup.id(), "its process died");
        }
    }

    /** Those of dead processes end. */
    void endJobs() {
        for (Job job : log.jobs()) {
            if (!job.state().ended()) {
                log.end(job.name(), JobState.FAILED, "its process died", time.instant());
            }
        }
    }

    /** Backups of dead processes that nobody has put right, and whose images are whole. */
    List<BackupId> wholeAndUnknown() {
        return catalog.backups(Catalog.Filter.ALL).stream()
                .filter(each -> each.state() == Backup.State.WRITING)
                .filter(each -> pool.images.containsKey(each.about().imageId()))
                .map(Backup::id)
                .toList();
    }

    /** Another node does it. */
    void readIn(BackupId id) {
        catalog.abandon(id, "its process died");
        catalog.readIn(id);
        log.owed().stream()
                .filter(owed -> id.toString().equals(owed.facts().get("backup")))
                .forEach(log::settle);
    }

    /** Of another process. */
    JournalServices services(Faults faults) {
        Catalog through = faults.port(Catalog.class, catalog);
        Jobs jobs = new Jobs(faults.port(JobLog.class, log), SILENT, time, time, "process-" + processes++);
        Backups backups = new Backups(new BackupServices(
                jobs,
                through,
                refusing(Watchdog.class),
                NO_FILES,
                workers,
                time,
                time,
                prefix -> prefix + "-1",
                "testhost",
                "tester",
                (job, library, prompt) -> OperatorDesk.UNATTENDED,
                StoredFiles.NONE,
                (facts, transcript) -> {},
                refusing(VolumeRegister.class),
                new Checkpoints(NoFiles.FILES, time, CheckpointSettings.in(Path.of("/nowhere"))),
                Map.of(),
                BackupServices.Histories.NONE,
                io.saddlebag.snapshot.SnapshotReserve.DEFAULT,
                new ConcurrentHashMap<>()));
        return new JournalServices(
                backups,
                through,
                new ReconciledChain(
                        faults.port(JournalChain.class, chain), through, any -> Optional.of(name -> Optional.empty())),
                time,
                time);
    }

    public boolean somebodyRuns() {
        return log.jobs().stream().anyMatch(job -> !job.state().ended());
    }

    private void requireDurable(JournalId id, byte[] content) {
        JournalPiece piece = piece(id);
        assertThat(piece).as("journal %s is released and not in the chain", id).isNotNull();
        assertThat(isDurable(id))
                .as("journal %s is released before it is durable", id)
                .isTrue();
        assertThat(content).as("journal %s is released and another one", id).isEqualTo(written.get(id));
    }

    @Nullable
    JournalPiece piece(JournalId id) {
        return chain.pieces("ledger", id).stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    public boolean isDurable(JournalId id) {
        JournalPiece piece = piece(id);
        BackupId backup = piece == null ? null : piece.backup();
        return piece != null
                && piece.state().isDurable()
                && backup != null
                && catalog.find(backup)
                        .filter(each -> each.state() == Backup.State.COMPLETE)
                        .filter(each -> pool.images.containsKey(each.about().imageId()))
                        .isPresent();
    }

    /** Each journal is at the source, on its way there, or durable with its record. */
    void requireNothingLost() {
        for (JournalId id : written.keySet()) {
            boolean somewhere = source.there.containsKey(id)
                    || late.stream().anyMatch(each -> each.getKey().equals(id))
                    || isDurable(id);
            assertThat(somewhere).as("journal %s is lost", id).isTrue();
        }
    }

    /** Passes without faults until there is nothing to do. */
    void drain(int mostPasses, Random random) {
        arrive(late.size());
        restart(random);
        source.lie = null;
        pool.lie = null;
        int passes = 0;
        while (!source.there.isEmpty()) {
            Throwable failure = pass(new Faults(0, null, time));
            assertThat(failure == null || (failure instanceof BackupException e && e.is(JournalFault.GAP)))
                    .as("%s", failure)
                    .isTrue();
            assertThat(++passes).as("passes").isLessThan(mostPasses);
        }
        pass(new Faults(0, null, time));
    }

    /** Contiguous or an explicit gap, each journal once, and as it was written. */
    public void requireWholeChain() throws IOException {
        JournalId before = null;
        Map<String, Map<String, byte[]>> images = new HashMap<>();
        Map<JournalId, Integer> copies = new HashMap<>();
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            Map<String, byte[]> members = read(backup);
            images.put(backup.id().toString(), members);
            if (!catalog.isReadIn(backup.id())) {
                members.keySet()
                        .forEach(path ->
                                JournalPaths.parse(path).ifPresent(named -> copies.merge(named.id(), 1, Integer::sum)));
            }
        }
        for (JournalPiece piece : chain.pieces("ledger")) {
            JournalId id = piece.id();
            if (before != null && before.incarnation() == id.incarnation()) {
                assertThat(id).as("behind %s", before).isEqualTo(before.next());
            }
            before = id;
            if (lost.contains(id)) {
                assertThat(piece.state()).as("%s is lost", id).isEqualTo(PieceState.GAP);
                continue;
            }
            assertThat(isDurable(id)).as("%s is %s", id, piece.state()).isTrue();
            // an image whose end nobody had heard of may be read in when it was made again long ago
            boolean found = catalog.isReadIn(Objects.requireNonNull(piece.backup()));
            assertThat(copies.getOrDefault(id, 0)).as("copies of %s", id).isEqualTo(found ? 0 : 1);
            byte[] stored = images.getOrDefault(String.valueOf(piece.backup()), Map.of())
                    .get(piece.path());
            assertThat(Arrays.equals(stored, written.get(id)))
                    .as("content of %s", id)
                    .isTrue();
        }
        for (JournalId id : written.keySet()) {
            assertThat(piece(id)).as("%s in the chain", id).isNotNull();
        }
    }

    Map<String, byte[]> read(Backup backup) throws IOException {
        Map<String, byte[]> members = new HashMap<>();
        byte[] image = pool.images.get(backup.about().imageId());
        assertThat(image).as("image of backup %s", backup.id()).isNotNull();
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            reader.readAll(member -> members.put(
                    String.valueOf(member.member().path()), member.content().readAllBytes()));
        }
        return members;
    }
}
