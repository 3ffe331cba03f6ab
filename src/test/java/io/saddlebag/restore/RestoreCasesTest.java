package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestoreCasesTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("W12")
    @Tag("C7")
    void a_whole_database_is_swapped_in_and_its_old_files_are_kept() throws Exception {
        Map<String, String> then = backUp();
        change();
        Map<String, String> changed = Trees.content(bench.data);
        bench.events.clear();

        Job job = only(node.restores.restore(database(1)));

        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
        assertThat(Trees.content(beside(bench.data, "before"))).isEqualTo(changed);
        assertThat(leftovers()).allMatch(name -> name.contains(".saddlebag-before-"));
        assertThat(bench.events).containsExactly("stop", "start", "verify");
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W12")
    @Tag("C12")
    void a_damaged_image_changes_nothing_and_verify_says_so_too() throws Exception {
        backUp();
        change();
        Map<String, String> changed = Trees.content(bench.data);
        bench.readWrap = stored -> new Flipped(stored, "row 1");

        Job verified = node.restores.verify(new BackupId(1), null);
        assertThat(verified.state()).isEqualTo(JobState.FAILED);
        assertThat(verified.cause()).contains(bench.data + "/table");

        Job job = only(node.restores.restore(database(1)));
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(bench.data + "/table");
        assertThat(Trees.content(bench.data)).isEqualTo(changed);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("C12")
    @Tag("D8")
    void a_whole_image_verifies_and_nothing_is_written() throws Exception {
        backUp();
        Map<String, String> before = Trees.content(home.resolve("data"));
        Job job = node.restores.verify(new BackupId(1), null);
        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        assertThat(Trees.content(home.resolve("data"))).isEqualTo(before);
    }

    @Test
    @Tag("W12")
    @Tag("W21")
    @Tag("Q11")
    void a_swap_that_dies_anywhere_is_all_old_or_all_new_once_it_is_completed() throws Exception {
        Path first = home.resolve("swap/a");
        Path second = home.resolve("swap/b");
        boolean through = false;
        boolean sawOld = false;
        boolean sawNew = false;
        for (int call = 1; !through; call++) {
            Trees.remove(home.resolve("swap"));
            for (Path place : List.of(first, second)) {
                Files.createDirectories(place);
                Files.writeString(place.resolve("x"), "old");
                Path staged = new ComponentSwap(bench.files, "1", List.of(place)).staging(place);
                Files.createDirectories(staged);
                Files.writeString(staged.resolve("x"), "new");
            }
            FaultyFiles dying = FaultyFiles.failing(bench.files, call, FileFailureKind.CRASH);
            ComponentSwap swap = new ComponentSwap(dying, "1", List.of(first, second));
            try {
                swap.decide();
                swap.finish();
                through = true;
            } catch (SimulatedCrash expected) {
                assertThat(dying.fired()).isTrue();
            }
            ComponentSwap again = ComponentSwap.of(bench.files, swap.facts());
            again.finish();
            assertThat(again.finish()).isFalse();
            String state = Files.readString(first.resolve("x"));
            assertThat(Files.readString(second.resolve("x"))).as("call " + call).isEqualTo(state);
            sawOld |= state.equals("old");
            sawNew |= state.equals("new");
        }
        assertThat(sawOld).isTrue();
        assertThat(sawNew).isTrue();
    }

    @Test
    @Tag("W12")
    @Tag("Q11")
    void a_fault_at_any_call_never_starts_the_database_on_a_mixture() throws Exception {
        Map<String, String> then = backUp();
        change();
        Map<String, String> changed = Trees.content(bench.data);
        String journalThen = "begin; commit\n";
        String journalChanged = Files.readString(bench.journal.resolve("log"));
        for (FileFailureKind kind : List.of(FileFailureKind.IO_ERROR, FileFailureKind.NO_SPACE)) {
            int calls = callsOfRestore();
            for (int call = 1; call <= calls; call++) {
                putBack(changed, journalChanged);
                FaultyFiles faulty = FaultyFiles.failing(bench.files, call, kind);
                Workbench.Node weak = bench.node(Life.unending(), faulty);
                bench.guardFiles = faulty;
                bench.orders.beforeStart = () -> requireOneOf(then, changed, journalThen, journalChanged);
                Job job;
                try {
                    job = only(weak.restores.restore(database(1)));
                } catch (BackupException refused) {
                    // before anything, or when what was left beside could not be removed after all was done
                    requireOneOf(then, changed, journalThen, journalChanged);
                    assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
                    continue;
                }
                String where = kind + " at call " + call + " of " + calls + ": " + job.cause();
                requireOneOf(then, changed, journalThen, journalChanged);
                assertThat(bench.orders.state).as(where).isEqualTo(DatabaseState.OPEN);
                if (job.state() == JobState.COMPLETED) {
                    assertThat(Trees.content(bench.data)).as(where).isEqualTo(then);
                } else {
                    assertThat(job.cause()).as(where).contains("SBG-");
                }
            }
        }
    }

    @Test
    @Tag("W12")
    @Tag("W20")
    @Tag("Q11")
    void a_process_that_hangs_right_before_the_swap_does_not_swap_under_a_running_database() throws Exception {
        backUp();
        change();
        Map<String, String> changed = Trees.content(bench.data);
        bench.watchdogWrap = watchdog -> hangingBeforeCommit(Watchdog.class, watchdog);

        Job job = only(bench.node().restores.restore(database(1)));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(LeaseFault.LOST.id());
        assertThat(Trees.content(bench.data)).isEqualTo(changed);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(leftovers()).isEmpty();
        assertThat(bench.log().owed()).isEmpty();
    }

    /** The holder sleeps for two leases after its last renewal; the guard doesn't. */
    private <T> T hangingBeforeCommit(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("commit")) {
                bench.time.pass(Workbench.LEASE.multipliedBy(2));
                bench.watchdog.look();
            }
            try {
                Object result = method.invoke(inner, args);
                return result instanceof QuiesceLease lease ? hangingBeforeCommit(QuiesceLease.class, lease) : result;
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }));
    }

    @Test
    @Tag("W16")
    @Tag("S8")
    void the_second_of_three_fails_the_third_and_the_database_comes_back() throws Exception {
        backUp();
        node.backup();
        node.backup();
        int[] reads = {0};
        bench.readWrap = stored -> ++reads[0] == 2 ? new Flipped(stored, "row 1") : stored;
        List<Job> jobs = node.restores.restore(
                new RestoreRequest(List.of(id(1), id(2), id(3)), List.of(), null, Existing.REPLACE, "orders", null));
        assertThat(jobs).extracting(Job::state).containsExactly(JobState.COMPLETED, JobState.FAILED, JobState.FAILED);
        assertThat(jobs.get(2).cause()).contains(jobs.get(1).name().toString());
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.log().owed()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("W16")
    @Tag("W3")
    void a_second_job_that_is_cancelled_before_it_begins_does_not_leave_the_database_down() throws Exception {
        backUp();
        node.backup();
        bench.readWrap = stored -> {
            try {
                Job second = bench.log().jobs().get(3);
                bench.node().jobs.requestCancel(second.name());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return stored;
        };
        List<Job> jobs = node.restores.restore(
                new RestoreRequest(List.of(id(1), id(2)), List.of(), null, Existing.REPLACE, "orders", null));
        assertThat(jobs).extracting(Job::state).containsExactly(JobState.COMPLETED, JobState.CANCELLED);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.log().owed()).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("C7")
    @Tag("W15")
    void each_way_with_what_is_there_already() throws Exception {
        backUp();
        Path table = bench.data.resolve("table");
        for (Existing existing : Existing.values()) {
            Files.writeString(table, "mine");
            Files.setLastModifiedTime(table, FileTime.from(Instant.parse("2040-01-01T00:00:00Z")));
            assertThat(only(node.restores.restore(objects(existing, table))).cause())
                    .isNull();
            assertThat(Files.readString(table))
                    .as(existing.name())
                    .isEqualTo(existing == Existing.REPLACE ? "row 1\n" : "mine");
        }
        assertThat(Files.readString(bench.data.resolve("table.backup-1"))).isEqualTo("row 1\n");
        Files.writeString(table, "mine");
        Files.setLastModifiedTime(table, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        node.restores.restore(objects(Existing.KEEP_NEWER, table));
        assertThat(Files.readString(table)).isEqualTo("row 1\n");
    }

    @Test
    @Tag("W15")
    void single_files_come_back_while_the_database_runs_and_others_stay() throws Exception {
        backUp();
        Files.delete(bench.data.resolve("base/index"));
        Files.writeString(bench.data.resolve("table"), "newer");
        Files.writeString(bench.data.resolve("added"), "later");
        bench.events.clear();
        node.restores.restore(objects(Existing.REPLACE, bench.data.resolve("base/index")));
        assertThat(Files.readString(bench.data.resolve("base/index"))).isEqualTo("1");
        assertThat(Files.readString(bench.data.resolve("table"))).isEqualTo("newer");
        assertThat(Files.readString(bench.data.resolve("added"))).isEqualTo("later");
        assertThat(bench.events).isEmpty();
    }

    @Test
    @Tag("C7")
    void everything_comes_back_elsewhere_with_links_modes_and_times() throws Exception {
        Path table = bench.data.resolve("table");
        Files.createLink(bench.data.resolve("zz-same"), table);
        Files.createSymbolicLink(bench.data.resolve("pointer"), Path.of("../elsewhere"));
        Files.setPosixFilePermissions(table, PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(table, FileTime.from(Instant.parse("2020-02-29T12:00:00.123456789Z")));
        // the image is of the source itself: copies of the twin don't keep hard links
        new io.saddlebag.backup.OfflineBackup(node.backups)
                .run(node.order(new io.saddlebag.snapshot.none.NoSnapshots(bench.time)));
        Map<String, String> source = Trees.content(bench.data);
        source.remove("lock");
        Path target = Files.createDirectories(home.resolve("target"));
        node.restores.restore(elsewhere(target));

        Path there = target.resolve(bench.data.toString().substring(1));
        assertThat(Trees.content(there)).isEqualTo(source);
        assertThat(Files.getAttribute(there.resolve("zz-same"), "unix:ino"))
                .isEqualTo(Files.getAttribute(there.resolve("table"), "unix:ino"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there.resolve("table"))))
                .isEqualTo("rw-r-----");
        assertThat(Files.getLastModifiedTime(there.resolve("table")))
                .isEqualTo(FileTime.from(Instant.parse("2020-02-29T12:00:00.123456789Z")));
        assertThat(Files.getLastModifiedTime(there.resolve("base")))
                .isEqualTo(Files.getLastModifiedTime(bench.data.resolve("base")));
    }

    @Test
    @Tag("C7")
    void a_plan_touches_nothing_and_a_link_in_the_way_is_not_followed() throws Exception {
        backUp();
        Path target = Files.createDirectories(home.resolve("target"));
        RestorePlan plan = node.restores.plan(elsewhere(target));
        assertThat(plan.steps())
                .singleElement()
                .satisfies(step -> assertThat(step.volumes()).hasSize(1));
        assertThat(Trees.content(target)).hasSize(1);
        assertThat(bench.log().jobs()).hasSize(1);

        Path outside = Files.createDirectories(home.resolve("outside"));
        Files.createSymbolicLink(target.resolve(bench.data.getName(0).toString()), outside);
        Job job = only(node.restores.restore(elsewhere(target)));
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("symbolic link");
        assertThat(Trees.content(outside)).hasSize(1);
    }

    @Test
    @Tag("C7")
    void wrong_requests_are_refused_before_anything() throws Exception {
        backUp();
        assertThatThrownBy(() -> node.restores.restore(database(9)))
                .hasMessageContaining(CatalogFault.NO_SUCH_BACKUP.id())
                .hasMessageContaining("1 (orders");
        assertThatThrownBy(() -> node.restores.restore(objects(Existing.REPLACE, Path.of("/no/such"))))
                .hasMessageContaining(RestoreFault.NOTHING_SELECTED.id())
                .hasMessageContaining(bench.data.toString());
        assertThatThrownBy(() -> node.restores.restore(
                        new RestoreRequest(List.of(id(1)), List.of(), null, Existing.REPLACE, "ledger", null)))
                .hasMessageContaining("ledger");
        Workbench.Node full = bench.node(Life.unending(), noRoom());
        assertThatThrownBy(() -> full.restores.restore(database(1))).hasMessageContaining(RestoreFault.NO_ROOM.id());
        assertThat(bench.log().jobs()).hasSize(1);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
    }

    private HostFiles noRoom() {
        return (HostFiles) java.lang.reflect.Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(),
                new Class<?>[] {HostFiles.class},
                (proxy, method, args) ->
                        method.getName().equals("usableSpaceBytes") ? (Object) 1L : method.invoke(bench.files, args));
    }

    private Map<String, String> backUp() throws Exception {
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");
        return then;
    }

    private void change() throws IOException {
        Files.writeString(bench.data.resolve("table"), "spoilt");
        Files.writeString(bench.data.resolve("added"), "later");
        Files.writeString(bench.journal.resolve("log"), "begin; drop");
    }

    private void putBack(Map<String, String> changed, String journal) throws IOException {
        bench.orders.state = DatabaseState.OPEN;
        try (Stream<Path> there = Files.list(home)) {
            for (Path path : there.filter(each -> each.getFileName().toString().matches("(data|journal).*"))
                    .toList()) {
                Trees.remove(path);
            }
        }
        Files.createDirectories(bench.data.resolve("base"));
        Files.createDirectories(bench.journal);
        for (Map.Entry<String, String> file : changed.entrySet()) {
            if (!file.getKey().endsWith("/")) {
                Files.writeString(bench.data.resolve(file.getKey()), file.getValue());
            }
        }
        Files.writeString(bench.journal.resolve("log"), journal);
    }

    private int callsOfRestore() throws Exception {
        FaultyFiles counting = FaultyFiles.counting(bench.files);
        bench.guardFiles = counting;
        bench.node(Life.unending(), counting).restores.restore(database(1));
        return (int) counting.calls();
    }

    private void requireOneOf(Map<String, String> old, Map<String, String> changed, String journalOld, String journal)
            throws IOException {
        Map<String, String> data = Trees.content(bench.data);
        String log = Files.readString(bench.journal.resolve("log"));
        boolean allOld = data.equals(changed) && log.equals(journal);
        boolean allNew = data.equals(old) && log.equals(journalOld);
        if (!allOld && !allNew) {
            throw new AssertionError("a mixture: " + data + " with " + log);
        }
    }

    private Path beside(Path component, String word) throws IOException {
        try (Stream<Path> there = Files.list(home)) {
            return there.filter(path -> path.getFileName()
                            .toString()
                            .startsWith(component.getFileName() + ".saddlebag-" + word + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> there = Files.list(home)) {
            return there.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".saddlebag-"))
                    .toList();
        }
    }

    private static BackupSelector id(long number) {
        return new BackupSelector.ById(new BackupId(number));
    }

    private static RestoreRequest database(long number) {
        return new RestoreRequest(List.of(id(number)), List.of(), null, Existing.REPLACE, "orders", null);
    }

    private static RestoreRequest objects(Existing existing, Path object) {
        return new RestoreRequest(List.of(id(1)), List.of(object.toString()), null, existing, null, null);
    }

    private static RestoreRequest elsewhere(@Nullable Path target) {
        return new RestoreRequest(List.of(id(1)), List.of(), target, Existing.REPLACE, null, null);
    }

    private static Job only(List<Job> jobs) {
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    /** Lets one bit fall behind a certain text of an image without compression. */
    private static final class Flipped extends FilterInputStream {
        private final byte[] text;
        private boolean done;

        Flipped(InputStream in, String text) {
            super(in);
            this.text = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            for (int at = offset; !done && at <= offset + n - text.length; at++) {
                if (java.util.Arrays.equals(into, at, at + text.length, text, 0, text.length)) {
                    into[at] ^= 1;
                    done = true;
                }
            }
            return n;
        }
    }
}
