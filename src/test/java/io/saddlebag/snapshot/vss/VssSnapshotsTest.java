package io.saddlebag.snapshot.vss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a stand-in for {@code diskshadow} that says what it is documented to say. Nothing here ever ran on Windows. */
@Tag("W10")
@Tag("slow")
class VssSnapshotsTest extends SnapshotProviderContract {
    private static final String ORACLE = "{26d02976-b909-43ad-af7e-62a4f625e372}";
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final VssSettings.Timeouts TIMEOUTS = new VssSettings.Timeouts(
            PATIENT, PATIENT, PATIENT, Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofSeconds(20));

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Map<Path, String> letters = new LinkedHashMap<>();
    private LoopFileSystem btrfs;
    private Path state;
    private StandIn diskshadow;

    @Override
    protected SnapshotProvider provider() {
        return provider(TIMEOUTS, List.of(ORACLE, "Oracle VSS Writer - ORCL"));
    }

    private VssSnapshots provider(VssSettings.Timeouts timeouts, List<String> writers) {
        return new VssSnapshots(
                this::placeOf,
                new LocalProcesses(Duration.ofMillis(200)),
                workers,
                Clock.systemUTC(),
                new SystemWaiter(),
                new VssSettings(
                        StandIn.command(DiskshadowTwin.class, state),
                        StandIn.command(WevtutilTwin.class, state),
                        writers,
                        folder.resolve("work"),
                        btrfs.path().resolve("views"),
                        timeouts));
    }

    private VolumeMap.Place placeOf(Path path) throws IOException {
        for (Map.Entry<Path, String> letter : letters.entrySet()) {
            if (path.toRealPath().startsWith(letter.getKey())) {
                return new VolumeMap.Place(letter.getValue(), letter.getKey().relativize(path.toRealPath()));
            }
        }
        throw SnapshotFailure.unsuitable(path + " is not on a drive with a letter", "Give it one.");
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        state = Files.createDirectories(folder.resolve("windows"));
        Files.createDirectories(folder.resolve("work"));
        diskshadow = new StandIn(state);
        btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), Kind.BTRFS, ByteCount.ZERO);
        Files.createDirectories(btrfs.path().resolve("views"));
        DiskshadowTwin.setWriter(state, "System Writer", "{e8132975-6f93-4464-a53e-1050253ae220} 1 0x00000000");
        DiskshadowTwin.setWriter(state, "Oracle VSS Writer - ORCL", ORACLE + " 1 0x00000000");
        events("");
        return volume("O:", "o");
    }

    private Path volume(String letter, String name) throws IOException {
        Path top = btrfs.path().resolve(name);
        posix.createSubvolume(top);
        DiskshadowTwin.addVolume(state, letter, top);
        letters.put(top, letter);
        return top;
    }

    private void events(String events) throws IOException {
        Files.writeString(
                state.resolve("events.xml"),
                "<Events xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>" + events + "</Events>");
    }

    private static String event(String level, String text) {
        return "<Event><System><Provider Name='Oracle.VSSWriter.ORCL'/><EventID>1</EventID><Level>" + level
                + "</Level><Channel>Application</Channel></System><EventData><Data>" + text
                + "</Data></EventData></Event>";
    }

    @Override
    protected List<Path> places() {
        return List.of(btrfs.path());
    }

    @AfterEach
    void endAll() throws IOException {
        workers.shutdownNow();
        Eventually.holds(() -> !runs());
        if (btrfs != null) {
            btrfs.close();
        }
    }

    private boolean runs() {
        try {
            return new LocalProcesses().runs(line -> line.contains(state.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("W5")
    @Tag("W6")
    void several_volumes_are_one_set_and_the_writers_wait_while_it_is_copied() throws IOException {
        Path home = volume("C:", "c");
        Files.writeString(home.resolve("file"), "home before");
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source, home));
        assertThat(snapshot.frozen()).as("nobody says how long").isEmpty();

        assertThat(snapshot.consistency()).isEqualTo(Consistency.ATOMIC);
        assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("home before");
        assertThat(diskshadow.calls())
                .containsSubsequence(
                        "set context persistent",
                        "begin backup",
                        "add volume O: alias SBG_0",
                        "add volume C: alias SBG_1",
                        "writer verify " + ORACLE,
                        "create",
                        "list writers status")
                .doesNotContain("end backup");
        provider.requireIntact(snapshot);
        assertThat(provider.confirm(snapshot)).isEmpty();
        assertThat(diskshadow.calls()).contains("end backup");
        provider.release(snapshot);
        assertNothingIsLeft();
    }

    @Test
    @Tag("W9")
    void what_the_event_log_says_was_covered_is_told_when_the_copy_is_done() throws IOException {
        events(event("4", "VSS-04107: successfully backed up component Oracle Database (FULL)"));
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));

        assertThat(provider.confirm(snapshot))
                .containsExactly(new CoveredComponent("Oracle.VSSWriter.ORCL", "Oracle Database", "FULL"));
        assertThat(diskshadow.calls())
                .anyMatch(call -> call.startsWith("qe Application /q:*[System[TimeCreated[@SystemTime>='20")
                        && call.endsWith("Z']]] /f:xml /e:Events /c:2000 /rd:false"));
        provider.release(snapshot);
    }

    @Test
    void a_snapshot_without_a_durable_image_is_released_without_a_word_to_the_writers() throws IOException {
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));
        provider.release(snapshot);

        assertThat(diskshadow.calls()).doesNotContain("end backup");
        assertNothingIsLeft();
    }

    @Test
    void whatever_language_it_speaks_marks_and_numbers_decide() throws IOException {
        Files.createFile(state.resolve("japanese"));
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));

        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
        provider.requireIntact(snapshot);
        provider.release(snapshot);
        assertNothingIsLeft();
    }

    @Test
    @Tag("Q11")
    void each_step_that_fails_leaves_nothing() throws IOException {
        for (String step : List.of(
                "set context", "set metadata", "begin backup", "add volume", "create", "expose", "list writers")) {
            for (String fault : List.of("fail", "fail exit 0", "fail after", "die")) {
                // the first look at the writers is the one before anything is made
                if (step.equals("list writers")) {
                    diskshadow.expect(step, "none");
                }
                diskshadow.expect(step, fault);
                assertFails(provider(), List.of(source), "before the shadow copies were there");
                assertNothingIsLeft();
            }
        }
        diskshadow.expect("writer verify", "fail");
        assertFails(provider(), List.of(source), "diskshadow ended with 1 before the shadow copies were there");
        assertThat(source.resolve("file")).hasContent("before");
    }

    @Test
    void a_writer_that_is_not_well_fails_the_snapshot_with_its_reason() throws IOException {
        Map<String, String> faults = Map.of(
                "writer 9 0x800423f2", "is in state 9: timed out (0x800423f2)",
                "writer 8 0x800423f1", "is in state 8: out of resources (0x800423f1)",
                "writer 5 0x800423f3", "is in state 5: retryable error (0x800423f3)",
                "writer 7 0x800423f4", "is in state 7: non-retryable error (0x800423f4)",
                "writer 11 0x800423f0", "is in state 11: inconsistent shadow copy (0x800423f0)",
                "writer 1 0x00000000", "took no part in the snapshot");
        for (Map.Entry<String, String> each : faults.entrySet()) {
            diskshadow.expect("create", each.getKey());
            assertFails(provider(), List.of(source), each.getValue());
            assertNothingIsLeft();
            DiskshadowTwin.setWriter(state, "System Writer", "{e8132975-6f93-4464-a53e-1050253ae220} 1 0x00000000");
            DiskshadowTwin.setWriter(state, "Oracle VSS Writer - ORCL", ORACLE + " 1 0x00000000");
        }
    }

    @Test
    void a_set_that_is_not_whole_is_no_set() throws IOException {
        Path home = volume("C:", "c");
        diskshadow.expect("create", "one less");
        assertFails(provider(), List.of(source, home), "diskshadow ended with 1");
        diskshadow.expect("create", "no count");
        assertFails(provider(), List.of(source, home), "is not that of a set of 2");
        diskshadow.expect("create", "wrong volume");
        assertFails(provider(), List.of(source, home), "there is no shadow copy SBG_0 of O:");
        diskshadow.expect("exec", "lost alias");
        assertFails(provider(), List.of(source, home), "there is no shadow copy SBG_0 of O:");
        assertNothingIsLeft();
    }

    @Test
    @Tag("W4")
    void a_dialogue_that_hangs_is_ended_with_all_its_processes() throws IOException {
        diskshadow.expect("create", "hang");
        var hasty = new VssSettings.Timeouts(
                Duration.ofSeconds(15),
                PATIENT,
                PATIENT,
                Duration.ofMinutes(10),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1));

        assertFails(provider(hasty, List.of()), List.of(source), "did not show the shadow copies within PT15S");
        assertThat(runs()).isFalse();
        assertNothingIsLeft();
    }

    @Test
    @Tag("W22")
    void an_end_of_backup_that_fails_is_told_whatever_the_exit_code_and_the_copies_still_go() throws IOException {
        for (String fault : List.of("fail", "fail exit 0", "fail after", "die")) {
            SnapshotProvider provider = provider();
            Snapshot snapshot = provider.create("s1", List.of(source));
            diskshadow.expect("end backup", fault);
            assertNotConfirmed(provider, snapshot, "diskshadow ");
            provider.release(snapshot);
            assertNothingIsLeft();
            DiskshadowTwin.setWriter(state, "Oracle VSS Writer - ORCL", ORACLE + " 1 0x00000000");
        }
    }

    @Test
    void an_error_of_the_writer_in_the_event_log_is_told_and_a_log_that_can_not_be_read() throws IOException {
        events(event("2", "VSS-00044: Database in NOARCHIVELOG mode must be in a consistent state for backup."));
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));
        assertNotConfirmed(provider, snapshot, "Oracle.VSSWriter.ORCL: VSS-00044: Database in NOARCHIVELOG mode");
        provider.release(snapshot);

        Snapshot second = provider.create("s1", List.of(source));
        diskshadow.expect("qe", "fail");
        assertNotConfirmed(provider, second, "Failed to read events. Access is denied.");
        provider.release(second);
    }

    @Test
    void the_writers_can_not_be_told_by_another_process() throws IOException {
        Snapshot snapshot = provider().create("s1", List.of(source));

        assertNotConfirmed(provider(), snapshot, "the process that the writers wait for is not this one's");
        provider().release(snapshot);
        assertNothingIsLeft();
    }

    private static void assertNotConfirmed(SnapshotProvider provider, Snapshot snapshot, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.confirm(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_CONFIRMED))
                .withMessageContaining(reason);
    }

    @Test
    void a_copy_that_windows_deleted_is_lost() throws IOException {
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));
        List<Path> left = files.list(btrfs.path());
        DiskshadowTwin.loseAll(state);

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.requireIntact(snapshot))
                .matches(e -> e.is(SnapshotFault.LOST))
                .withMessageContaining(" is gone");
        posix.deleteSubvolume(snapshot.views().get(0).frozen().getParent());
        for (Path each : left) {
            if (each.getFileName().toString().startsWith("shadow-")) {
                posix.deleteSubvolume(each);
            }
        }
        provider.release(snapshot);
        assertNothingIsLeft();
    }

    @Test
    @Tag("Q11")
    void what_a_dead_process_left_is_discarded() throws IOException {
        Snapshot other = provider().create("s2", List.of(source));
        provider().create("s1", List.of(source));

        provider().discard("s1", List.of(source));
        provider().discard("s1", List.of(source));
        assertThat(DiskshadowTwin.shadowIds(state))
                .containsExactly(other.facts().get("shadow.0"));
        provider().release(other);
        assertNothingIsLeft();
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_a_snapshot_delete_nothing() throws IOException {
        for (Map<String, String> facts : List.of(
                Map.of("set", "all"),
                Map.of("set", "oldest O:"),
                Map.<String, String>of(),
                Map.of("set", "{afca95ea-15c2-4467-8f35-70e36c7ed6fe}", "view.0", source.toString()))) {
            Snapshot forged =
                    new Snapshot("s1", "vss", Consistency.ATOMIC, true, Instant.EPOCH, Duration.ZERO, List.of(), facts);

            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> provider().release(forged))
                    .matches(e -> e.is(SnapshotFault.NOT_RELEASED));
        }
        assertThat(diskshadow.calls()).isEmpty();
    }

    @Test
    void what_it_can_not_do_is_refused_with_the_reason() throws IOException {
        assertThat(provider().suitability(folder).reason()).isEqualTo(folder + " is not on a drive with a letter");
        assertThat(provider(TIMEOUTS, List.of("Another Writer"))
                        .suitability(source)
                        .reason())
                .isEqualTo("VSS writer Another Writer is not there; there are System Writer, Oracle VSS Writer - ORCL");
        diskshadow.expect("list writers status", "fail");
        assertThat(provider().suitability(source).reason()).contains("diskshadow can't be used: ");
        var here = new DriveLetters();
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> here.placeOf(source))
                .withMessageContaining("this is not Windows");
    }

    private void assertFails(SnapshotProvider provider, List<Path> paths, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.create("s1", paths))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining(reason);
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(DiskshadowTwin.shadowIds(state)).isEmpty();
        assertThat(files.list(btrfs.path().resolve("views"))).isEmpty();
        assertThat(files.list(folder.resolve("work")))
                .allMatch(file -> file.getFileName().toString().endsWith(".dsh"));
    }
}
