package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.catalog.jdbc.JdbcIncarnationLog;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseRegister;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recovery that died at each place, as the file in its database's place tells of it. */
@Tag("R9")
class BegunIncarnationsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path home;

    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final List<LeaseRecord> leases = new ArrayList<>();
    private JdbcStore store;
    private JdbcJobLog jobs;
    private BegunIncarnations begun;
    private Path live;

    @BeforeEach
    void open() throws IOException {
        store = JdbcStore.openSqlite(home.resolve("log.db"), JdbcCatalog.FAULTS);
        jobs = new JdbcJobLog(store);
        begun = new BegunIncarnations(
                new JdbcIncarnationLog(store), jobs, register(), files, Clock.fixed(NOON, ZoneOffset.UTC));
        live = Files.writeString(home.resolve("app.db"), "before");
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private LeaseRegister register() {
        return new LeaseRegister() {
            @Override
            public List<LeaseRecord> list() {
                return leases;
            }

            @Override
            public List<LeaseRecord> abandoned() {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<LeaseRecord> bringBackAbandoned(SourceReturner returner, Consumer<String> log) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private void lease(LeaseState state) {
        leases.clear();
        leases.add(new LeaseRecord(
                "l1",
                "restore of database app",
                new Watchdog.Action(LeaseActions.FINISH_RESTORE, Map.of(LeaseActions.DATABASE, "app")),
                NOON,
                NOON,
                state,
                1,
                0,
                null));
    }

    private Obligation owed(Path staged, long number, long end) throws IOException {
        JobName job = jobs.create(
                        new JobRequest("restore app", JobKind.RESTORE, null, List.of(), Map.of()), "here", NOON)
                .name();
        Incarnation next = new Incarnation(number, 1, LogPosition.lsn(end), 1, null, null, "end");
        return jobs.owe(
                job,
                Recoveries.RECORD,
                OpenedIncarnation.of(files, "app", live, staged, next).facts());
    }

    private Path staged() throws IOException {
        return Files.writeString(home.resolve("app.db.staged"), "recovered");
    }

    private void swap(Path staged) throws IOException {
        Files.move(live, home.resolve("app.db.before"));
        Files.move(staged, live);
    }

    private void settle(Obligation owed) throws IOException {
        try (Transcript transcript =
                new FileTranscripts(home.resolve("transcripts"), Clock.fixed(NOON, ZoneOffset.UTC)).open(owed.job())) {
            begun.settle(owed.facts(), transcript);
        }
        jobs.settle(owed);
    }

    private List<Long> numbers() throws IOException {
        return begun.list("app").stream().map(Incarnation::number).toList();
    }

    @Test
    void it_is_known_from_the_moment_in_which_its_file_is_in_place_whoever_owes_it() throws Exception {
        Path staged = staged();
        owed(staged, 2, 7);
        assertThat(numbers()).isEmpty();

        swap(staged);

        assertThat(numbers()).containsExactly(2L);
        assertThat(begun.list("other")).isEmpty();
        Incarnation recorded = begun.list("app").get(0);
        assertThat(recorded.opened()).isEqualTo(NOON);
        assertThat(recorded.reset()).isEqualTo(LogPosition.lsn(7));
    }

    @Test
    @Tag("Q11")
    @Tag("W3")
    void a_debt_is_not_forgotten_while_a_guard_may_still_put_the_file_in_place() throws Exception {
        Path staged = staged();
        Obligation owed = owed(staged, 2, 7);
        lease(LeaseState.ACTING);

        assertThatThrownBy(() -> settle(owed)).hasMessageContaining("SBG-V059");
        assertThat(jobs.owed()).containsExactly(owed);

        swap(staged);
        settle(owed);
        assertThat(numbers()).containsExactly(2L);
    }

    @Test
    @Tag("W3")
    void one_that_never_took_the_place_is_forgotten_when_nobody_can_put_it_there() throws Exception {
        Obligation owed = owed(staged(), 2, 7);
        lease(LeaseState.ACTED);

        settle(owed);

        assertThat(jobs.owed()).isEmpty();
        assertThat(numbers()).isEmpty();
    }

    /** What a recovery that died had staged is taken over: the file is the same, and its journals end elsewhere. */
    @Test
    @Tag("R6")
    void of_two_recoveries_that_staged_the_same_file_the_newer_one_counts() throws Exception {
        Path staged = staged();
        Obligation older = owed(staged, 2, 7);
        owed(staged, 2, 9);
        swap(staged);

        settle(older);

        assertThat(begun.list("app")).extracting(Incarnation::reset).containsExactly(LogPosition.lsn(9));
    }
}
