package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageCopying;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.image.ImageFault;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Increment;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a database on top of others; a block is one character of a drawing, and {@code .} is a block of zeros. */
final class DatabaseChainTest {
    private static final int SEEDS = 12;

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private DatabaseChain chain;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        chain = new DatabaseChain(bench, node);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private static SortedMap<String, byte[]> files(Object... namesAndContents) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            Object content = namesAndContents[i + 1];
            files.put(
                    (String) namesAndContents[i],
                    content instanceof byte[] bytes ? bytes : Increment.blocks((String) content));
        }
        return files;
    }

    /** Three backups, each on top of the one before. */
    private List<Backup> three() throws Exception {
        Backup full = chain.full(files(
                "base/5/1",
                "abcd",
                "base/5/2",
                "gone",
                "base/5/3",
                "keep",
                "base/6/1",
                "db",
                "pg_notify/",
                "",
                "pg_wal/1",
                "w",
                "global/9",
                "x"));
        Backup second = chain.onTop(
                full,
                files(
                        "base/5/INCREMENTAL.1", Increment.of(3, Map.of(1, 'B', 5, 'F')),
                        "base/5/INCREMENTAL.3", Increment.of(4, Map.of()),
                        "base/5/4", "new",
                        "pg_notify/", "",
                        "pg_wal/2", "v",
                        "global/9", "y"));
        Backup third = chain.onTop(
                second,
                files(
                        "base/5/INCREMENTAL.1",
                        Increment.of(5, Map.of(2, 'C')),
                        "base/5/INCREMENTAL.3",
                        Increment.of(2, Map.of()),
                        "base/5/INCREMENTAL.4",
                        Increment.of(3, Map.of(0, 'N', 4, 'z')),
                        "pg_notify/",
                        "",
                        "pg_wal/3",
                        "u",
                        "global/9",
                        "z"));
        return List.of(full, second, third);
    }

    private static final Map<String, String> FIRST = Map.of(
            "base/5/1",
            "abcd",
            "base/5/2",
            "gone",
            "base/5/3",
            "keep",
            "base/6/1",
            "db",
            "pg_wal/1",
            "w",
            "global/9",
            "x");
    /** Behind the third block of file 1 nothing of the older one counts. */
    private static final Map<String, String> SECOND =
            Map.of("base/5/1", "aBc..F", "base/5/3", "keep", "base/5/4", "new", "pg_wal/2", "v", "global/9", "y");

    private static final Map<String, String> THIRD =
            Map.of("base/5/1", "aBC..", "base/5/3", "ke", "base/5/4", "New.z", "pg_wal/3", "u", "global/9", "z");

    /** With folders that the server needs, the label as it has to be, and no list of files that would be wrong. */
    private static void assertState(Path root, Map<String, String> wanted, int number) throws IOException {
        Map<String, String> all = new TreeMap<>(wanted);
        for (String folder : List.of("base/", "base/5/", "global/", "pg_notify/", "pg_wal/")) {
            all.put(folder, "");
        }
        if (wanted.containsKey("base/6/1")) {
            all.put("base/6/", "");
            all.put("backup_manifest", "m");
        }
        all.put("backup_label", "START WAL LOCATION: 0/" + number + "000028\nSTART TIMELINE: 1\n");
        assertThat(DatabaseChain.drawn(root)).isEqualTo(all);
    }

    @Test
    @Tag("R7")
    @Tag("R12")
    @Tag("W12")
    void each_backup_of_a_chain_is_put_together_and_takes_the_databases_place_as_a_whole() throws Exception {
        three();
        List<Map<String, String>> states = List.of(FIRST, SECOND, THIRD);
        for (int number = 3; number >= 1; number--) {
            Map<String, String> before = Trees.content(bench.journal);

            List<Job> jobs = node.restores.restore(database(new BackupSelector.ById(new BackupId(number))));

            assertThat(jobs)
                    .hasSize(number)
                    .allSatisfy(job -> assertThat(job.state())
                            .as(String.valueOf(job.cause()))
                            .isEqualTo(JobState.COMPLETED));
            assertState(bench.data, states.get(number - 1), number);
            assertThat(Trees.content(bench.journal))
                    .hasSize(2)
                    .containsEntry("segment" + number, "j")
                    .isNotEqualTo(before);
            assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
            assertThat(leftovers()).allMatch(name -> name.contains(".saddlebag-before-"));
        }
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("R7")
    void the_transcripts_say_what_was_put_on_top_of_what() throws Exception {
        three();

        List<Job> jobs = node.restores.restore(database(BackupSelector.of("orders", null)));

        assertThat(transcript(jobs.get(1)))
                .contains("put backup 2 on top: 2 blocks of 2 files, and removed 4 files that it hasn't got");
        assertThat(transcript(jobs.get(2))).contains("put backup 3 on top: 3 blocks of 3 files");
    }

    @Test
    @Tag("R7")
    @Tag("C7")
    void beside_the_database_it_is_put_together_in_an_empty_place_and_parts_of_it_as_well() throws Exception {
        three();
        Path look = home.resolve("look");

        only(node.restores.restore(beside(look, List.of())), 3);

        Path data = look.resolve(bench.data.toString().substring(1));
        assertState(data, THIRD, 3);
        assertThat(bench.events).isEmpty();
        assertThatThrownBy(() -> node.restores.restore(beside(look, List.of())))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(RestoreFault.IN_THE_WAY)).isTrue())
                .hasMessageContaining("backup 3 is put together from backups 1, 2, 3, and at " + data)
                .hasMessageContaining("something already");

        Path one = home.resolve("one");
        only(node.restores.restore(beside(one, List.of(bench.data + "/base/5/4", bench.data + "/global"))), 3);
        assertThat(DatabaseChain.drawn(one.resolve(bench.data.toString().substring(1))))
                .isEqualTo(Map.of("base/", "", "base/5/", "", "base/5/4", "New.z", "global/", "", "global/9", "z"));
        assertThatThrownBy(() -> node.restores.restore(beside(one, List.of(bench.data + "/base/5/2"))))
                .hasMessageContaining("backup 3 of orders holds no " + bench.data + "/base/5/2");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("R7")
    @Tag("C7")
    void what_would_mix_it_with_something_else_is_refused_before_anything_is_touched() throws Exception {
        three();
        Map<String, String> before = Trees.content(bench.data);
        BackupSelector third = new BackupSelector.ById(new BackupId(3));
        List<String> part = List.of(bench.data + "/base");
        Path empty = home.resolve("empty");

        refused(
                new RestoreRequest(List.of(third), part, null, Existing.REPLACE, "orders", null),
                RestoreFault.PART_OF_DATABASE);
        refused(
                new RestoreRequest(List.of(third), List.of(), null, Existing.REPLACE, null, null),
                RestoreFault.IN_THE_WAY);
        refused(
                new RestoreRequest(List.of(third), List.of(), empty, Existing.KEEP, null, null),
                RestoreFault.BAD_REQUEST);
        refused(
                new RestoreRequest(List.of(third, third), List.of(), empty, Existing.REPLACE, null, null),
                RestoreFault.BAD_REQUEST);
        assertThat(Trees.content(bench.data)).isEqualTo(before);
        assertThat(bench.events).isEmpty();
        assertThat(empty).doesNotExist();
    }

    private void refused(RestoreRequest request, RestoreFault fault) {
        assertThatThrownBy(() -> node.restores.restore(request))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    @Test
    @Tag("R7")
    @Tag("C7")
    void a_preview_shows_every_image_and_the_places_once() throws Exception {
        three();

        RestorePreview preview = node.restores.preview(database(BackupSelector.of("orders", null)));

        assertThat(preview.plan().steps())
                .extracting(step -> step.backup().id().value())
                .containsExactly(1L, 2L, 3L);
        assertThat(preview.effects().get(0).shown()).isEmpty();
        assertThat(preview.effects().get(2).shown())
                .extracting(RestorePreview.Place::path)
                .containsExactly(bench.data.toString(), bench.journal.toString());
    }

    @Test
    @Tag("R7")
    @Tag("Q13")
    void random_histories_come_back_at_each_of_their_backups() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            SortedMap<String, byte[]> state = new TreeMap<>();
            change(state, random, 12);
            Backup newest = chain.full(state);
            int backups = 1 + random.nextInt(4);
            for (int i = 0; i < backups; i++) {
                SortedMap<String, byte[]> next = new TreeMap<>(state);
                change(next, random, 1 + random.nextInt(10));
                newest = chain.onTop(newest, DatabaseChain.between(state, next, random));
                state = next;
            }
            Path look = home.resolve("look" + seed);

            List<Job> jobs = node.restores.restore(new RestoreRequest(
                    List.of(new BackupSelector.ById(newest.id())), List.of(), look, Existing.REPLACE, null, null));

            assertThat(jobs).as("seed %d", seed).allMatch(job -> job.state() == JobState.COMPLETED);
            Map<String, String> wanted = new DatabaseChain.State(state, chain.label()).drawn();
            Map<String, String> found =
                    DatabaseChain.drawn(look.resolve(bench.data.toString().substring(1)));
            found.keySet().removeIf(name -> name.endsWith("/"));
            wanted.keySet().removeIf(name -> name.endsWith("/"));
            assertThat(found).as("seed %d", seed).isEqualTo(wanted);
            Trees.remove(look);
        }
    }

    private static void change(SortedMap<String, byte[]> state, Random random, int changes) {
        for (int i = 0; i < changes; i++) {
            String path = List.of("base/5/", "base/6/", "global/").get(random.nextInt(3)) + random.nextInt(5);
            if (random.nextInt(5) == 0) {
                state.remove(path);
            } else {
                StringBuilder drawing = new StringBuilder(
                        random.nextBoolean() && state.containsKey(path) ? Increment.drawing(state.get(path)) : "");
                for (int change = random.nextInt(5); change > 0; change--) {
                    int at = random.nextInt(drawing.length() + 1);
                    drawing.replace(at, Math.min(drawing.length(), at + 1), "" + "abcdefgh.".charAt(random.nextInt(9)));
                }
                drawing.setLength(random.nextInt(3) == 0 ? random.nextInt(drawing.length() + 1) : drawing.length());
                state.put(path, Increment.blocks(drawing.toString()));
            }
        }
        state.put("global/pg_control", Increment.blocks("c"));
    }

    @Test
    @Tag("R5")
    @Tag("R7")
    void a_damaged_increment_leads_to_the_backup_before_it_and_the_database_is_never_a_mixture() throws Exception {
        List<Backup> three = three();
        flip(three.get(2), 'N');

        List<Job> jobs = node.restores.restore(database(BackupSelector.of("orders", null)));

        Job last = jobs.get(2);
        assertThat(last.state()).as(String.valueOf(last.cause())).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertState(bench.data, SECOND, 2);
        assertThat(transcript(last))
                .containsSubsequence(
                        "WARNING backup 3 can't be read from",
                        "failover to previous backup",
                        "put backup 2 on top",
                        "WARNING what was restored is OLDER than asked for: backup 2 of orders");
        assertThat(last.figures()).containsEntry("restored-backup", "2");
    }

    @Test
    @Tag("R5")
    @Tag("R7")
    void a_damaged_full_image_takes_all_that_was_made_on_top_of_it_along() throws Exception {
        Backup other = chain.full(files("base/5/1", "older"));
        List<Backup> three = three();
        flip(three.get(0), 'g');

        List<Job> jobs = node.restores.restore(database(BackupSelector.of("orders", null)));

        assertThat(jobs.get(2).state())
                .as(String.valueOf(jobs.get(2).cause()))
                .isIn(JobState.COMPLETED, JobState.COMPLETED_WITH_WARNINGS);
        assertThat(jobs.get(0).state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(DatabaseChain.drawn(bench.data)).containsEntry("base/5/1", "older");
        assertThat(transcript(jobs.get(0)))
                .contains("backup 3 of orders")
                .contains("is passed over: image " + three.get(0).about().imageId() + ", which it needs, can't be read")
                .contains("backup " + other.id() + " of orders");
    }

    @Test
    @Tag("R7")
    void an_image_that_breaks_the_format_is_named_and_nothing_is_touched() throws Exception {
        Map<String, String> before = Trees.content(bench.data);
        Backup full = chain.full(files("base/5/1", "abcd", "base/5/7", "x"));
        for (SortedMap<String, byte[]> bad : List.<SortedMap<String, byte[]>>of(
                files("base/5/INCREMENTAL.1", "abcd"),
                files("base/5/INCREMENTAL.2", Increment.of(1, Map.of())),
                files("base/5/INCREMENTAL.1", Increment.of(4, Map.of()), "base/5/1", "abcd"))) {
            Backup on = chain.onTop(full, bad);
            bench.events.clear();

            List<Job> jobs = node.restores.restore(database(new BackupSelector.ById(on.id())));

            assertThat(jobs.get(1).state()).isEqualTo(JobState.FAILED);
            assertThat(jobs.get(1).cause())
                    .contains(ImageFault.BAD_INCREMENT.id())
                    .contains(bench.data + "/base/5/INCREMENTAL.")
                    .contains("of image " + on.about().imageId() + " (backup " + on.id() + ")");
            assertThat(Trees.content(bench.data)).isEqualTo(before);
            assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
            assertThat(bench.events).containsExactly("stop", "start");
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    @Tag("R5")
    @Tag("R7")
    void a_parent_that_is_gone_is_named_and_the_newest_whole_backup_is_taken() throws Exception {
        Backup other = chain.full(files("base/5/1", "older"));
        List<Backup> three = three();
        forget(three.get(1));

        assertThatThrownBy(() -> node.restores.plan(
                        database(new BackupSelector.ById(three.get(2).id()))))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(RestoreFault.STATE_INCOMPLETE))
                .hasMessageContaining("backup " + three.get(2).id() + " of orders holds what changed, and backup "
                        + three.get(1).id() + " is");
        assertThat(node.restores
                        .plan(database(BackupSelector.of("orders", null)))
                        .steps())
                .extracting(step -> step.backup().id())
                .containsExactly(three.get(0).id())
                .doesNotContain(other.id());
    }

    private void forget(Backup backup) throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + home.resolve("node0.db"));
                var update = connection.prepareStatement("update backup set state = 'LOST' where id = ?")) {
            update.setLong(1, backup.id().value());
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    @Tag("R7")
    @Tag("C12")
    void verifying_one_reads_its_own_image_and_says_what_else_it_needs() throws Exception {
        List<Backup> three = three();

        Job whole = node.restores.verify(three.get(2).id(), null);
        assertThat(whole.state()).isEqualTo(JobState.COMPLETED);
        assertThat(transcript(whole))
                .contains("backup 3 is whole")
                .contains("a restore of it also needs backups 1, 2, which were not read now");

        forget(three.get(0));
        Job alone = node.restores.verify(three.get(2).id(), null);
        assertThat(alone.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(alone.cause()).contains("backup 3 holds what changed, and can't be restored: backup 1 is");
    }

    @Test
    @Tag("R7")
    @Tag("W12")
    @Tag("Q11")
    void a_fault_at_any_call_leaves_the_old_database_or_all_of_the_new_one() throws Exception {
        Backup full = chain.full(files("base/1", "ab", "base/2", "g"));
        Backup on = chain.onTop(full, files("base/INCREMENTAL.1", Increment.of(1, Map.of(2, 'c'))));
        Map<String, String> old = Trees.content(bench.data);
        Map<String, String> wanted = new TreeMap<>(Map.of("base/", "", "base/1", "a.c", "backup_label", chain.label()));
        FaultyFiles counting = FaultyFiles.counting(bench.files);
        bench.guardFiles = counting;
        node = bench.node(Life.unending(), counting);
        node.restores.restore(database(new BackupSelector.ById(on.id())));
        assertThat(DatabaseChain.drawn(bench.data)).isEqualTo(wanted);
        long calls = counting.calls();
        int failed = 0;
        for (FileFailureKind kind :
                List.of(FileFailureKind.IO_ERROR, FileFailureKind.NO_SPACE, FileFailureKind.SHORT)) {
            int step = kind == FileFailureKind.IO_ERROR ? 1 : 4;
            // what comes before is as for any restore
            for (long call = calls / 3; call <= calls; call += step) {
                putBack(old);
                FaultyFiles faulty = FaultyFiles.failing(bench.files, call, kind);
                bench.guardFiles = faulty;
                Workbench.Node weak = bench.node(Life.unending(), faulty);
                boolean done = false;
                try {
                    List<Job> jobs = weak.restores.restore(database(new BackupSelector.ById(on.id())));
                    done = jobs.get(1).state() == JobState.COMPLETED;
                } catch (BackupException refused) {
                    // before anything, or when what was left beside could not be removed after all was done
                    assertThat(refused).hasMessageContaining("injected");
                }
                failed += done ? 0 : 1;
                Map<String, String> found = DatabaseChain.drawn(bench.data);
                assertThat(found.equals(wanted) || Trees.content(bench.data).equals(old))
                        .as(kind + " at call " + call + " of " + calls + ": " + found)
                        .isTrue();
                if (done) {
                    assertThat(found).isEqualTo(wanted);
                }
                assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
            }
        }
        assertThat(failed).isGreaterThan(100);
    }

    private void putBack(Map<String, String> old) throws IOException {
        try (Stream<Path> all = Files.list(home)) {
            for (Path each : all.filter(path -> path.getFileName().toString().contains(".saddlebag-")
                            || path.equals(bench.data)
                            || path.equals(bench.journal))
                    .toList()) {
                Trees.remove(each);
            }
        }
        Files.createDirectories(bench.journal);
        for (Map.Entry<String, String> each : old.entrySet()) {
            Path path = bench.data.resolve(each.getKey());
            if (each.getKey().endsWith("/")) {
                Files.createDirectories(path);
            } else {
                Files.createDirectories(path.getParent());
                Files.writeString(path, each.getValue());
            }
        }
    }

    @Test
    @Tag("R5")
    @Tag("R7")
    void another_copy_of_an_increment_goes_on_top_of_what_is_staged_already() throws Exception {
        List<Backup> three = three();
        for (Backup each : three.subList(1, 3)) {
            copy(each);
        }
        flip(three.get(1), 'F');
        flip(three.get(2), 'C');

        List<Job> jobs = node.restores.restore(database(BackupSelector.of("orders", null)));

        assertState(bench.data, THIRD, 3);
        assertThat(transcript(jobs.get(1))).contains("failover to piece handle=pool:shelf");
        assertThat(transcript(jobs.get(2)))
                .contains("failover to piece handle=pool:shelf")
                .doesNotContain("OLDER");
    }

    private void copy(Backup backup) throws Exception {
        JobRun job = node.jobs
                .begin(new JobRequest("copy", JobKind.MEDIA, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        new ImageCopying(bench.catalog(), bench.copies(), (each, of) -> node.pool.read(each.files()))
                .copy(backup.id(), node.shelf, job);
        job.end();
    }

    @Test
    @Tag("R6")
    @Tag("R7")
    @Tag("W21")
    void a_restore_that_died_anywhere_is_repeated_and_nothing_half_patched_is_taken_over() throws Exception {
        three();
        Map<String, String> old = Trees.content(bench.data);
        FaultyFiles counting = FaultyFiles.counting(bench.files);
        bench.node(Life.unending(), counting).restores.restore(database(BackupSelector.of("orders", null)));
        long calls = counting.calls();
        int died = 0;
        for (long call = calls / 3; call < calls; call += 29) {
            putBack(old);
            Workbench.Node mortal =
                    bench.node(Life.unending(), FaultyFiles.failing(bench.files, call, FileFailureKind.CRASH));
            try {
                mortal.restores.restore(database(BackupSelector.of("orders", null)));
            } catch (SimulatedCrash expected) {
                died++;
            }
            mortal.died();
            bench.node().recover();
            boolean swapped = !Trees.content(bench.data).equals(old);
            if (swapped) {
                assertState(bench.data, THIRD, 3);
            }

            List<Job> jobs = bench.node().restores.restore(database(BackupSelector.of("orders", null)));

            assertThat(jobs).allSatisfy(job -> assertThat(job.cause()).isNull());
            assertState(bench.data, THIRD, 3);
            assertThat(leftovers()).as("call %d", call).noneMatch(name -> name.contains(".saddlebag-restored-"));
        }
        assertThat(died).isGreaterThan(5);
    }

    @Test
    @Tag("M24")
    @Tag("R7")
    void what_others_were_made_on_top_of_is_not_pruned_before_them() throws Exception {
        bench.volumes()
                .defineFamilies(List.of(
                        new MediaFamily("nightly", null, null, MediaFamily.Expiration.TIME),
                        new MediaFamily(
                                "short", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME)));
        Backup full = chain.full(files("base/5/1", "a"), node.poolTarget("short"));
        Backup second =
                chain.onTop(full, files("base/5/INCREMENTAL.1", Increment.of(1, Map.of())), node.poolTarget("short"));
        Backup third = chain.onTop(second, files("base/5/INCREMENTAL.1", Increment.of(1, Map.of())), node.poolTarget());
        // it is the one that is kept of each name
        chain.full(files("base/5/1", "b"), node.poolTarget());
        bench.time.pass(Duration.ofDays(400));

        PrunePlan plan = node.pruning().carryOut(line -> {});

        assertThat(plan.steps())
                .extracting(step -> step.backup().id() + " " + step.action() + ": " + step.why())
                .containsExactly("1 KEEP: backup 2 depends on it", "2 KEEP: backup " + third.id() + " depends on it");
    }

    private static RestoreRequest database(BackupSelector selector) {
        return new RestoreRequest(List.of(selector), List.of(), null, Existing.REPLACE, "orders", null);
    }

    private static RestoreRequest beside(Path target, List<String> objects) {
        return new RestoreRequest(
                List.of(new BackupSelector.ById(new BackupId(3))), objects, target, Existing.REPLACE, null, null);
    }

    private static void only(List<Job> jobs, int number) {
        assertThat(jobs)
                .hasSize(number)
                .allSatisfy(job ->
                        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED));
    }

    /** Damages the block that is full of that character. */
    private void flip(Backup backup, char full) throws IOException {
        Path file = home.resolve("pool").resolve(backup.files().get(0).path());
        byte[] all = Files.readAllBytes(file);
        int run = 0;
        for (int i = 0; i < all.length; i++) {
            run = all[i] == full ? run + 1 : 0;
            if (run == 1000) {
                all[i] ^= 1;
                Files.write(file, all);
                return;
            }
        }
        throw new AssertionError("no block of " + full + " in " + file);
    }

    private String transcript(Job job) throws IOException {
        return bench.transcripts.lines(job.name()).collect(java.util.stream.Collectors.joining("\n"));
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".saddlebag-") && !name.contains(".saddlebag-pool"))
                    .toList();
        }
    }
}
