package io.saddlebag.journal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalInPlaceFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Segments of 1 MiB from a server in memory. */
@Timeout(180)
class LogReceiverTest {
    private static final int SEGMENT = TwinLog.SEGMENT;

    @TempDir
    Path home;

    private final TwinLog server = new TwinLog();
    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> told = new java.util.ArrayList<>();
    private JdbcStore store;
    private JdbcJournalChain chain;
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        store = JdbcStore.openSqlite(home.resolve("node.db"), JdbcCatalog.FAULTS);
        chain = new JdbcJournalChain(store);
        folder = Files.createDirectory(home.resolve("received"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** To the end of what the server has. */
    private StreamProgress receive() throws Exception {
        return receive(files, new LocalInPlaceFiles(files, new LinuxPosix()));
    }

    private StreamProgress receive(HostFiles through, InPlaceFiles inPlace) throws Exception {
        server.idle = false;
        LogReceiver receiver = new LogReceiver(new LogReceiver.Parts(
                "wal",
                folder,
                server,
                through,
                inPlace,
                chain,
                time,
                (message, text) -> told.add(message.toString()),
                Duration.ZERO,
                () -> false));
        receiver.run(() -> server.idle && receiver.progress().durable() == server.end);
        return receiver.progress();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> !name.startsWith(HostFiles.UNDER_WAY))
                    .sorted()
                    .toList();
        }
    }

    private void holds(String name, long timeline, long from, long to) throws IOException {
        byte[] expected = Arrays.copyOf(server.bytes(timeline, from, to), SEGMENT);
        assertThat(Files.mismatch(folder.resolve(name), Files.write(home.resolve("expected"), expected)))
                .as(name)
                .isEqualTo(-1);
    }

    @Test
    @Tag("J19")
    void a_whole_segment_gets_its_name_and_the_one_under_way_ends_with_zeros() throws Exception {
        server.end = 100;
        receive();
        server.end = 2 * SEGMENT + 7;

        StreamProgress done = receive();

        assertThat(names())
                .containsExactly(
                        "000000010000000000000000", "000000010000000000000001", "000000010000000000000002.partial");
        holds("000000010000000000000000", 1, 0, SEGMENT);
        holds("000000010000000000000001", 1, SEGMENT, 2 * SEGMENT);
        holds("000000010000000000000002.partial", 1, 2 * SEGMENT, 2 * SEGMENT + 7);
        assertThat(done).isEqualTo(new StreamProgress(false, 1, server.end, server.end, server.end));
    }

    @Test
    @Tag("J19")
    @Tag("J18")
    void the_server_hears_of_nothing_that_is_not_durable() throws Exception {
        server.end = 100;
        receive();
        server.told.clear();
        server.end = SEGMENT / 2;

        receive(files, new MortalDisk(new LocalInPlaceFiles(files, new LinuxPosix()), 0, false, server.told::add));

        assertThat(server.told).containsSubsequence("sync", "durable " + server.end);
        assertThat(server.told.indexOf("durable " + server.end)).isGreaterThan(server.told.indexOf("sync"));
        assertThat(server.told).doesNotContain("durable 0", "durable 100000");
    }

    @Test
    @Tag("J19")
    void a_fast_server_does_not_put_the_flush_off_for_ever() throws Exception {
        server.end = 100;
        receive();
        server.end = LogReceiver.MOST_UNSYNCED_BYTES + SEGMENT / 2;

        receive();

        assertThat(server.told.stream()
                        .filter(each -> each.startsWith("durable "))
                        .count())
                .isGreaterThan(1);
    }

    @Test
    @Tag("J19")
    @Tag("Q6")
    void far_behind_the_server_nothing_is_flushed_by_crumbs_and_near_its_end_what_is_there_is() throws Exception {
        server.end = 100;
        receive();
        server.told.clear();
        server.end = LogReceiver.MOST_UNSYNCED_BYTES + 8 * SEGMENT;
        server.crumbs = true;

        receive();

        List<Long> durable = server.told.stream()
                .filter(each -> each.startsWith("durable "))
                .map(each -> Long.valueOf(each.substring("durable ".length())))
                .filter(each -> each > 0)
                .toList();
        assertThat(durable).allMatch(each -> each > server.end - LogReceiver.MOST_UNSYNCED_BYTES);
        assertThat(durable).hasSizeGreaterThan(100).endsWith(server.end);
    }

    @Test
    @Tag("Q6")
    void the_disk_begins_with_each_mebibyte_before_the_segment_is_flushed() throws Exception {
        server.end = 100;
        receive();
        server.told.clear();
        server.end = 2 * SEGMENT;

        receive(files, new MortalDisk(new LocalInPlaceFiles(files, new LinuxPosix()), 0, false, server.told::add));

        assertThat(server.told)
                .containsSubsequence("begun 0+1048576", "sync", "begun 0+1048576", "sync", "durable " + server.end);
    }

    @Test
    @Tag("J19")
    void a_slot_that_is_older_than_a_promotion_begins_on_the_timeline_of_its_time() throws Exception {
        server.end = SEGMENT / 2;
        server.slot = new SlotState(SlotState.Presence.THERE, 100, OptionalLong.empty());
        server.end = 2 * SEGMENT + 50;
        server.switchTimeline(server.end);
        server.end += 50;

        receive();

        assertThat(names())
                .containsExactly(
                        "000000010000000000000000",
                        "000000010000000000000001",
                        "000000010000000000000002.partial",
                        "00000002.history",
                        "000000020000000000000002.partial");
        holds("000000010000000000000000", 1, 0, SEGMENT);
        holds("000000020000000000000002.partial", 2, 2 * SEGMENT, server.end);
    }

    /** What the server hears of when ten bytes come right after a flush, and ten more a moment later. */
    private List<String> heard(Duration gathering) throws Exception {
        server.end = 100;
        Waiter waiter = new Waiter() {
            @Override
            public void await(Duration duration) throws InterruptedException {
                server.end = 120;
                time.await(duration);
            }

            @Override
            public long nanos() {
                return time.nanos();
            }
        };
        LogReceiver receiver = new LogReceiver(new LogReceiver.Parts(
                "wal",
                folder,
                server,
                files,
                new LocalInPlaceFiles(files, new LinuxPosix()),
                chain,
                waiter,
                (message, text) -> {},
                gathering,
                () -> false));
        receiver.run(() -> {
            long durable = receiver.progress().durable();
            server.end = durable == 100 && server.end == 100 ? 110 : server.end;
            return durable >= 110 && durable == server.end;
        });
        return server.told.stream().filter(each -> each.startsWith("durable 1")).toList();
    }

    @Test
    @Tag("J19")
    @Tag("Q6")
    void where_nobody_waits_what_comes_shortly_after_a_flush_gathers_for_the_next_one() throws Exception {
        assertThat(heard(Duration.ofMillis(3))).startsWith("durable 100", "durable 120");
    }

    @Test
    @Tag("J19")
    void where_commits_wait_nothing_does() throws Exception {
        assertThat(heard(Duration.ZERO)).startsWith("durable 100", "durable 110");
    }

    @Test
    @Tag("J19")
    @Tag("J18")
    void it_goes_on_from_the_disk_after_a_lost_connection() throws Exception {
        server.end = 100;
        receive();
        server.end = 3 * SEGMENT + 11;
        server.breaksAfter = 17;

        receive();

        assertThat(told).contains(JournalMessage.STREAMLOST.toString());
        holds("000000010000000000000000", 1, 0, SEGMENT);
        holds("000000010000000000000001", 1, SEGMENT, 2 * SEGMENT);
        holds("000000010000000000000003.partial", 1, 3 * SEGMENT, server.end);
    }

    @Test
    @Tag("J19")
    void the_zeros_behind_a_switch_are_not_written_and_the_segment_is_whole_all_the_same() throws Exception {
        server.end = 100;
        receive();
        server.switched = SEGMENT + 200_000;
        server.end = 2 * SEGMENT + 1;

        receive();

        holds("000000010000000000000001", 1, SEGMENT, 2 * SEGMENT);
        assertThat(files.dataRanges(folder.resolve("000000010000000000000001"), 10))
                .as("a hole between what was written and the last block")
                .hasSizeGreaterThan(1);
    }

    @Test
    @Tag("J19")
    void another_servers_log_is_not_mixed_with_what_is_there() throws Exception {
        server.end = 5000;
        receive();
        server.seed = 2;

        assertThatThrownBy(this::receive)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(JournalFault.CHANGED)).isTrue())
                .hasMessageContaining("byte 0 of " + folder.resolve("000000010000000000000000.partial"));
        server.seed = 1;
        holds("000000010000000000000000.partial", 1, 0, 5000);
    }

    @Test
    @Tag("J19")
    void it_follows_the_server_to_the_next_timeline_with_its_history_first() throws Exception {
        server.end = 100;
        receive();
        server.end = SEGMENT + 1000;
        receive();
        server.switchTimeline(SEGMENT + 1000);
        server.end = 2 * SEGMENT + 5;

        receive();

        assertThat(names())
                .containsExactly(
                        "000000010000000000000000",
                        "000000010000000000000001.partial",
                        "00000002.history",
                        "000000020000000000000001",
                        "000000020000000000000002.partial");
        holds("000000010000000000000001.partial", 1, SEGMENT, SEGMENT + 1000);
        holds("000000020000000000000001", 2, SEGMENT, 2 * SEGMENT);
        assertThat(Files.readString(folder.resolve("00000002.history"))).isEqualTo("1\t0/1003E8\tno reason\n");
        assertThat(told).contains(JournalMessage.STREAMTLI.toString());
    }

    @Test
    @Tag("J19")
    @Tag("J25")
    void a_history_that_cannot_be_read_is_no_way_to_the_next_timeline() throws Exception {
        server.end = SEGMENT + 1000;
        receive();
        server.switchTimeline(SEGMENT + 1000);
        server.historyBegins = "1\t0/1003G8\tno reason\n";
        server.end = 2 * SEGMENT + 5;

        assertThatThrownBy(this::receive)
                .hasMessageContaining("the history of timeline 2 can't be read")
                .hasMessageContaining("'1\t0/1003G8\tno reason' is no line of one");

        assertThat(names()).containsExactly("000000010000000000000001.partial");
        server.historyBegins = "";
        receive();
        assertThat(names()).contains("00000002.history", "000000020000000000000001");
    }

    @Test
    @Tag("J19")
    void several_timelines_at_once_are_followed_one_after_the_other() throws Exception {
        server.end = 1000;
        receive();
        server.end = SEGMENT + 10;
        server.switchTimeline(SEGMENT + 10);
        server.switchTimeline(SEGMENT + 20);
        server.end = 2 * SEGMENT + 1;

        receive();

        assertThat(names())
                .contains(
                        "00000002.history", "00000003.history", "000000010000000000000000", "000000030000000000000001");
        holds("000000030000000000000001", 3, SEGMENT, 2 * SEGMENT);
    }

    @Test
    @Tag("J19")
    @Tag("R9")
    void a_database_that_was_recovered_to_an_earlier_point_goes_on_with_its_new_timeline() throws Exception {
        server.end = 100;
        receive();
        server.end = 3 * SEGMENT + 9;
        receive();
        server.ends.put(1L, (long) SEGMENT + 50);
        server.timeline = 2;
        server.end = 2 * SEGMENT + 30;

        receive();

        holds("000000020000000000000001", 2, SEGMENT, 2 * SEGMENT);
        assertThat(names()).contains("000000010000000000000002", "000000020000000000000002.partial");
    }

    @Test
    @Tag("J19")
    void a_server_on_an_older_timeline_is_refused() throws Exception {
        server.switchTimeline(0);
        server.end = 100;
        receive();
        server.timeline = 1;
        server.ends.clear();

        assertThatThrownBy(this::receive)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(LogFault.DIVERGED)).isTrue());
    }

    @Test
    @Tag("J25")
    @Tag("J16")
    void what_the_server_removed_is_a_gap_that_is_told_once_and_gone_past() throws Exception {
        server.end = 2 * SEGMENT + 100;
        receive();
        server.end = 5 * SEGMENT + 100;
        server.removedBefore = 5 * SEGMENT;
        server.slot = new SlotState(SlotState.Presence.LOST, 0, OptionalLong.empty());

        assertThatThrownBy(this::receive)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(JournalFault.GAP)).isTrue())
                .hasMessageContaining("journal gap 000000010000000000000002..000000010000000000000004 of wal");
        assertThat(told).contains(JournalMessage.DOFULLBCK.toString());
        assertThat(chain.pieces("wal"))
                .extracting(piece -> piece.id() + " " + piece.state())
                .containsExactly("2 GAP", "3 GAP", "4 GAP");

        receive();

        assertThat(names()).contains("000000010000000000000005.partial");
        holds("000000010000000000000005.partial", 1, 5 * SEGMENT, server.end);
    }

    @Test
    @Tag("J19")
    void a_slot_that_is_missing_is_made_anew_and_nothing_is_lost_while_the_server_still_has_it() throws Exception {
        server.end = SEGMENT + 100;
        receive();
        server.end = 3 * SEGMENT;
        server.slot = SlotState.MISSING;

        receive();

        assertThat(chain.pieces("wal")).isEmpty();
        holds("000000010000000000000001", 1, SEGMENT, 2 * SEGMENT);
        assertThat(server.told).containsSubsequence("slot made", "slot made");
    }

    @Test
    @Tag("J19")
    void what_was_backed_up_and_released_is_not_received_again() throws Exception {
        chain.record(List.of(io.saddlebag.journal.JournalPiece.gap("wal", new io.saddlebag.journal.JournalId(1, 3))));
        server.end = 4 * SEGMENT + 5;

        receive();

        assertThat(names()).containsExactly("000000010000000000000004.partial");
    }

    @Test
    @Tag("J18")
    @Tag("J19")
    @Tag("Q11")
    void killed_at_every_write_and_sync_nothing_is_lost_and_all_is_as_at_the_server() throws Exception {
        for (boolean powerOff : new boolean[] {false, true}) {
            long calls = Long.MAX_VALUE;
            for (long last = 1; last <= calls; last++) {
                server.end = 100;
                server.slot = SlotState.MISSING;
                clear();
                receive();
                server.end = 2 * SEGMENT + 12_345;
                server.chunk = 300_000;
                MortalDisk disk =
                        new MortalDisk(new LocalInPlaceFiles(files, new LinuxPosix()), last, powerOff, each -> {});
                try {
                    receive(files, disk);
                    calls = disk.calls();
                } catch (MortalDisk.Death death) {
                    durableAsTold();
                }
                receive();
                allAsAtServer();
            }
        }
    }

    @Test
    @Tag("J18")
    @Tag("J19")
    @Tag("Q11")
    void killed_at_every_call_of_the_folders_files_nothing_is_lost() throws Exception {
        boolean fired = true;
        for (long nth = 1; fired; nth++) {
            server.end = 100;
            server.slot = SlotState.MISSING;
            clear();
            receive();
            server.end = SEGMENT + 12_345;
            server.ends.clear();
            server.timeline = 1;
            server.switchTimeline(server.end);
            server.end = 2 * SEGMENT + 77;
            FaultyFiles faulty = FaultyFiles.failing(files, nth, FileFailureKind.CRASH);
            try {
                receive(faulty, new LocalInPlaceFiles(faulty, new LinuxPosix()));
            } catch (SimulatedCrash death) {
                durableAsTold();
            }
            fired = faulty.fired();
            receive();
            holds("000000010000000000000000", 1, 0, SEGMENT);
            holds("000000020000000000000001", 2, SEGMENT, 2 * SEGMENT);
            holds("000000020000000000000002.partial", 2, 2 * SEGMENT, server.end);
            server.ends.clear();
            server.timeline = 1;
        }
    }

    @Test
    @Tag("J18")
    @Tag("J19")
    void random_lives_of_server_connection_and_disk_end_with_the_servers_own_bytes() throws Exception {
        for (int seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            clear();
            server.end = 100;
            server.slot = SlotState.MISSING;
            receive();
            for (int life = 0; life < 6; life++) {
                server.end += random.nextInt(SEGMENT);
                server.chunk = 1 + random.nextInt(400_000) + 10_000;
                server.breaksAfter = random.nextInt(12);
                MortalDisk disk = new MortalDisk(
                        new LocalInPlaceFiles(files, new LinuxPosix()),
                        random.nextInt(30),
                        random.nextBoolean(),
                        each -> {});
                try {
                    receive(files, disk);
                } catch (MortalDisk.Death death) {
                    durableAsTold();
                }
            }
            server.breaksAfter = 0;
            receive();
            assertThat(names()).as("seed %d", seed).isNotEmpty();
            allAsAtServer();
        }
    }

    /** What the server was told to be durable is on the disk, whatever died. */
    private void durableAsTold() throws IOException {
        long durable = server.slot.restart();
        for (long from = 0; from < durable; from += SEGMENT) {
            String name = new LogSegments(SEGMENT).name(new LogSegments(SEGMENT).holding(1, from));
            Path whole = folder.resolve(name);
            Path there = Files.exists(whole) ? whole : folder.resolve(name + LogSegments.PARTIAL);
            int length = (int) Math.min(SEGMENT, durable - from);
            byte[] expected = server.bytes(1, from, from + length);
            byte[] found = Arrays.copyOf(Files.readAllBytes(there), length);
            assertThat(Arrays.mismatch(found, expected)).as(name).isEqualTo(-1);
        }
    }

    private void allAsAtServer() throws IOException {
        for (long from = 0; from < server.end; from += SEGMENT) {
            String name = new LogSegments(SEGMENT).name(new LogSegments(SEGMENT).holding(1, from));
            boolean whole = from + SEGMENT <= server.end;
            holds(whole ? name : name + LogSegments.PARTIAL, 1, from, Math.min(server.end, from + SEGMENT));
        }
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
    }
}
