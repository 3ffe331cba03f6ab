package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trouble;
import io.saddlebag.workbench.TwinDatabase;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Group {@code shopfront} of databases orders and sessions, which run on, and of a tree of documents. */
class GroupOnlineTest {
    @TempDir
    Path home;

    private Workbench bench;
    private TwinDatabase sessions;
    private Path documents;

    @BeforeEach
    void open() throws IOException {
        bench = bench("bench");
    }

    private Workbench bench(String name) throws IOException {
        Workbench made = new Workbench(Files.createDirectories(home.resolve(name)));
        sessions = made.add("sessions");
        documents = Files.createDirectories(made.home.resolve("documents"));
        Files.writeString(documents.resolve("letter"), "Dear Sir");
        return made;
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    /** @param stopped by name */
    private GroupBackup.Order order(Workbench.Node node, List<String> databases, String... stopped) {
        List<GroupBackup.Quiesced> all = new ArrayList<>();
        for (String name : databases) {
            all.add(new GroupBackup.Quiesced(
                    name.equals("orders") ? node.orders() : node.reached(sessions),
                    node.stop(),
                    Set.of(stopped).contains(name)
                            ? null
                            : new OnlineOptions(Workbench.FREEZE, Workbench.LEASE, Workbench.TIMEOUT)));
        }
        return new GroupBackup.Order(
                new ConsistencyGroup("shopfront", databases, Set.of(stopped), Map.of("documents", List.of(documents))),
                null,
                Overlap.SKIP,
                all,
                (paths, least) -> node.snapshots(),
                new SourceOptions(Compression.NONE),
                node.target());
    }

    private Job backUp(Workbench.Node node, String... stopped) throws Exception {
        return new GroupBackup(node.backups)
                .run(order(node, List.of("orders", "sessions"), stopped))
                .orElseThrow();
    }

    private void requireLetGo(Workbench of, String where) {
        assertThat(of.orders.writer.frozen).as(where).isFalse();
        assertThat(of.orders.writer.mode).as(where).isNull();
        assertThat(sessions.writer.frozen).as(where).isFalse();
        assertThat(sessions.writer.mode).as(where).isNull();
        assertThat(sessions.state).as(where).isEqualTo(DatabaseState.OPEN);
    }

    private long whole() throws IOException {
        return bench.catalog().backups(Catalog.Filter.COMPLETE).stream()
                .filter(backup -> RecoveryPoint.of(backup.about().facts()).isPresent())
                .count();
    }

    @Test
    @Tag("W23")
    @Tag("W6")
    @Tag("W7")
    void members_are_frozen_in_order_for_one_snapshot_and_thawed_in_reverse() throws Exception {
        Job job = backUp(bench.node());

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.events.subList(0, bench.events.indexOf("image")))
                .containsExactly(
                        "prepare",
                        "begin",
                        "prepare sessions",
                        "begin sessions",
                        "freeze with others",
                        "freeze with others sessions",
                        "snapshot of 5",
                        "thaw sessions",
                        "thaw",
                        "end sessions",
                        "snapshot of 1",
                        "end",
                        "snapshot of 1");
        assertThat(job.figures())
                .containsEntry("freeze-ms", "1000")
                .containsEntry("freeze-ms-orders", "1000")
                .containsEntry("freeze-ms-sessions", "1000")
                .containsKeys("frozen-from", "frozen-until")
                .doesNotContainKey("downtime-ms");
        List<Backup> backups = bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(backups)
                .extracting(backup ->
                        backup.about().name() + " " + backup.about().facts().getOrDefault("outcome", "of files"))
                .containsExactly("orders DATABASE_FULL", "sessions DATABASE_FULL", "documents of files");
        assertThat(backups)
                .extracting(backup ->
                        RecoveryPoint.of(backup.about().facts()).orElseThrow().id())
                .containsOnly(job.figures().get("group-id"));
        requireLetGo(bench, "after all");
    }

    /** Its copy is of that end, so that end has to come while the others stand still. */
    @Test
    @Tag("W23")
    void a_member_that_holds_no_writes_leaves_backup_mode_before_the_others_are_thawed() throws Exception {
        bench.orders.writer.instant = SharedInstant.END;
        bench.orders.writer.freezes = false;

        Job job = backUp(bench.node());

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.events.subList(4, bench.events.indexOf("image")))
                .containsExactly(
                        "freeze with others sessions",
                        "snapshot of 5",
                        "end",
                        "thaw sessions",
                        "end sessions",
                        "snapshot of 1",
                        "snapshot of 1");
        assertThat(job.figures()).containsEntry("freeze-ms-orders", "0").containsEntry("freeze-ms", "1000");
        assertThat(whole()).isEqualTo(3);
    }

    @Test
    @Tag("W23")
    @Tag("W2")
    void a_member_that_is_stopped_is_stopped_last_and_started_first() throws Exception {
        bench.orders.writer.instant = SharedInstant.END;
        bench.orders.writer.freezes = false;

        Job job = backUp(bench.node(), "sessions");

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.events.subList(0, bench.events.indexOf("image")))
                .containsExactly(
                        "prepare", "begin", "stop sessions", "snapshot of 5", "end", "start sessions", "snapshot of 1");
        assertThat(job.figures()).containsKey("downtime-ms");
        assertThat(whole()).isEqualTo(3);
        requireLetGo(bench, "after all");
    }

    @Test
    @Tag("W23")
    void with_one_database_it_is_an_online_backup_and_a_tree() throws Exception {
        Workbench.Node node = bench.node();
        Job job = new GroupBackup(node.backups)
                .run(order(node, List.of("orders")))
                .orElseThrow();

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        List<String> group = List.copyOf(bench.events.subList(0, bench.events.indexOf("image")));
        bench.events.clear();
        assertThat(bench.node().backupOnline().state()).isEqualTo(JobState.COMPLETED);
        assertThat(group.stream().map(event -> event.replace("snapshot of 3", "snapshot of 2")))
                .containsExactlyElementsOf(bench.events.subList(0, bench.events.indexOf("image")));
    }

    /** What fails in one member, or what is taken of all. */
    @ParameterizedTest
    @EnumSource
    @Tag("W23")
    @Tag("W22")
    @Tag("W7")
    void whatever_fails_before_the_images_all_are_let_go_and_there_is_no_backup(Failure failure) throws Exception {
        Trouble trouble = () -> {
            throw new IOException("no luck");
        };
        String[] stopped = {};
        switch (failure) {
            case BEGIN -> sessions.writer.beforeBegin = trouble;
            case BEGIN_THAT_CAME_FAR -> sessions.writer.afterBegin = trouble;
            case FREEZE -> sessions.writer.beforeFreeze = trouble;
            case SNAPSHOT -> bench.snapshots.beforeCreate = trouble;
            case SNAPSHOT_THAT_CAME_FAR ->
                bench.snapshots.afterCreate = () -> {
                    throw new IllegalStateException("no luck");
                };
            case THAW_OF_THE_LAST -> sessions.writer.beforeThaw = trouble;
            case THAW_OF_THE_FIRST -> bench.orders.writer.beforeThaw = trouble;
            case END -> bench.orders.writer.beforeEnd = trouble;
            case END_WITHIN_THE_FREEZE -> {
                bench.orders.writer.instant = SharedInstant.END;
                bench.orders.writer.freezes = false;
                bench.orders.writer.beforeEnd = trouble;
            }
            case STOP -> {
                sessions.beforeStop = trouble;
                stopped = new String[] {"sessions"};
            }
        }

        Job job = backUp(bench.node(), stopped);

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("no luck");
        requireLetGo(bench, failure.toString());
        assertThat(bench.events).doesNotContain("image");
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.snapshots.left()).isEmpty();
        assertThat(bench.log().owed()).isEmpty();
    }

    private enum Failure {
        BEGIN,
        BEGIN_THAT_CAME_FAR,
        FREEZE,
        SNAPSHOT,
        SNAPSHOT_THAT_CAME_FAR,
        THAW_OF_THE_LAST,
        THAW_OF_THE_FIRST,
        END,
        END_WITHIN_THE_FREEZE,
        STOP
    }

    /** One limit for all: writes to the first wait for the last. */
    @ParameterizedTest
    @CsvSource({"FREEZE, true", "FREEZE, false", "SNAPSHOT, true", "SNAPSHOT, false", "END, true", "END, false"})
    @Tag("W23")
    @Tag("W7")
    @Tag("W20")
    void a_limit_that_runs_out_in_one_member_fails_the_backup_of_all(String where, boolean guardLooks)
            throws Exception {
        Trouble slow = () -> {
            bench.time.pass(Workbench.FREEZE);
            if (guardLooks) {
                bench.watchdog.look();
                assertThat(bench.orders.writer.frozen || sessions.writer.frozen)
                        .as("frozen at the limit")
                        .isFalse();
            }
        };
        switch (where) {
            case "FREEZE" -> bench.orders.writer.beforeFreeze = slow;
            case "SNAPSHOT" -> bench.snapshots.afterCreate = slow;
            default -> {
                bench.orders.writer.instant = SharedInstant.END;
                bench.orders.writer.freezes = false;
                bench.orders.writer.beforeEnd = slow;
            }
        }

        Job job = backUp(bench.node());

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-B021").contains("longer than PT10S");
        requireLetGo(bench, where);
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.snapshots.left()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "END, END, nothing holds the writes to orders and sessions",
        "SNAPSHOT, END, nothing holds the writes to orders and sessions",
        "NONE, HELD, a copy of orders of engine twin is of the begin of its backup mode"
    })
    @Tag("W23")
    void members_that_can_have_no_instant_in_common_are_refused_before_anything_is_touched(
            SharedInstant one, SharedInstant other, String why) throws Exception {
        bench.orders.writer.instant = one;
        sessions.writer.instant = other;
        bench.orders.writer.freezes = one.isHeld();
        sessions.writer.freezes = other.isHeld();

        Job job = backUp(bench.node());

        assertThat(job.cause()).contains("SBG-W014").contains(why).contains("'stopped'");
        assertThat(bench.events).isEmpty();
        assertThat(bench.watchdog.list()).isEmpty();

        assertThat(backUp(bench.node(), "orders").state()).isEqualTo(JobState.COMPLETED);
    }

    /** What the length of a freeze rests on. */
    @Test
    @Tag("W23")
    @Tag("W7")
    @Tag("Q7")
    void while_writes_wait_nothing_is_done_that_could_be_done_before_or_after() throws Exception {
        bench.orders.writer.instant = SharedInstant.END;
        bench.orders.writer.freezes = false;
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        Life life = Life.noting(calls::add);
        Workbench.Node noted = bench.node(life, life.port(HostFiles.class, bench.files));

        assertThat(backUp(noted).state()).isEqualTo(JobState.COMPLETED);

        List<String> within =
                calls.subList(calls.lastIndexOf("BackupMode.freezeWithOthers") + 1, calls.indexOf("BackupMode.thaw"));
        assertThat(within.stream().filter(call -> !call.equals("DatabaseWriter.sharedInstant")))
                .containsExactly("PreparedSnapshot.take", "QuiesceLease.renew", "BackupMode.end", "QuiesceLease.renew");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("W23")
    @Tag("W20")
    @Tag("W21")
    void whoever_dies_at_a_call_from_the_freeze_to_the_end_of_backup_mode_leaves_nothing_held(Life.When when)
            throws Exception {
        int[] span = span();
        for (int call = span[0]; call <= span[1]; call++) {
            try (Workbench each = bench(when + "-" + call)) {
                each.orders.writer.instant = SharedInstant.END;
                each.orders.writer.freezes = false;
                Life life = Life.endingAt(call, when);
                Workbench.Node mortal = each.node(life, each.files);
                @Nullable Throwable death = null;
                try {
                    backUp(mortal);
                } catch (Life.Death expected) {
                    death = expected;
                }
                String where = when + " call " + call + ", " + life.end();
                assertThat(life.over()).as(where + ", " + death).isTrue();
                mortal.died();
                // before anything of ours is started again
                requireLetGo(each, where);
                each.node().recover();
                assertThat(each.snapshots.left()).as(where).isEmpty();
                assertThat(each.log().owed()).as(where).isEmpty();
            }
        }
    }

    /** The first and the last of those calls. */
    private int[] span() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        bench.orders.writer.instant = SharedInstant.END;
        bench.orders.writer.freezes = false;
        assertThat(backUp(bench.node(Life.noting(calls::add), bench.files)).state())
                .isEqualTo(JobState.COMPLETED);
        return new int[] {calls.indexOf("BackupMode.prepareFreeze") + 1, calls.lastIndexOf("BackupMode.close") + 1};
    }
}
