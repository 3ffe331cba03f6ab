package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.BackupFault;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreFault;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.volume.FoundSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D2")
final class LevelsTest {
    @TempDir
    Path home;

    private LevelBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new LevelBench(home);
        write("a", "one");
        write("d/b", "two");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Path write(String name, String content) throws IOException {
        Path file = bench.tree.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private List<String> files(Backup backup) throws IOException {
        List<String> names = new ArrayList<>();
        bench.bench.catalog().objects(backup.id(), "", object -> {
            if (object.type() != 'd') {
                names.add(Path.of(object.path()).getFileName().toString());
            }
        });
        return names;
    }

    /** Row by row: levels of the backups made before, oldest first; the next one's; the number of its parent, from 1. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, -",
        "0, 1, 1",
        "0 1, 1, 1",
        "0 1, 2, 2",
        "0 1 2, 1, 1",
        "0 1 2, 2, 2",
        "0 1 2, 9, 3",
        "0 5 3, 4, 3",
        "0 5 3, 9, 3",
        "0 10, 10, 2",
        "0 10 10, 10, 3",
        "0 10, 9, 1",
        "0 1 10, 2, 2",
        "0 1 0, 1, 3",
        "0 10 offsite, 10, 2",
        "0 offsite, 1, 1",
        "0 1, offsite, -",
        "0 1, 0, -",
        "offsite, 10, -",
        "offsite, 1, -"
    })
    void what_a_backup_is_made_on_top_of(String before, String next, String parent) throws Exception {
        List<Backup> made = new ArrayList<>();
        for (String level : before.split(" ")) {
            made.add(bench.backUp(level));
        }

        Backup backup = bench.backUp(next);

        assertThat(LevelBench.parent(backup))
                .isEqualTo(
                        parent.equals("-")
                                ? null
                                : made.get(Integer.parseInt(parent) - 1).about().imageId());
    }

    @Test
    void without_a_parent_everything_is_backed_up_and_the_transcript_says_why() throws Exception {
        Backup backup = bench.backUp("1");

        assertThat(backup.about().facts()).containsEntry("level", "0").doesNotContainKey("parent");
        assertThat(bench.transcript(backup))
                .contains("everything is backed up instead of level 1: there is no complete backup of tree");
    }

    @Test
    void other_paths_than_the_parents_make_a_full_backup() throws Exception {
        bench.backUp("0");

        Backup backup = bench.backUp("10", bench.none(), 1, bench.tree, bench.bench.journal);

        assertThat(backup.about().facts()).containsEntry("level", "0");
        assertThat(bench.transcript(backup)).contains("is of other paths");
        assertThat(files(backup)).contains("a", "b", "log");
    }

    @Test
    void a_lost_backup_is_no_parent() throws Exception {
        bench.backUp("0");
        forgetFirstVolume();

        Backup backup = bench.backUp("10");

        assertThat(LevelBench.parent(backup)).isNull();
        assertThat(bench.transcript(backup)).contains("instead of level 10");
    }

    private void forgetFirstVolume() throws IOException {
        bench.bench.volumes().forget(new VolumeId("nightly-000001"));
    }

    @Test
    void only_what_changed_is_stored_and_what_is_gone_is_recorded() throws Exception {
        write("d/gone", "x");
        bench.backUp("0");
        write("a", "changed");
        write("new", "new");
        Files.delete(bench.tree.resolve("d/gone"));

        Backup backup = bench.backUp("10");

        assertThat(files(backup)).containsExactlyInAnyOrder("a", "new");
        assertThat(backup.dataBytes()).isEqualTo("changednew".length());
        assertThat(RandomTree.looks(bench.restore(backup))).isEqualTo(RandomTree.looks(bench.tree));
    }

    @Test
    void nothing_at_all_changed_is_a_backup_too() throws Exception {
        bench.backUp("0");

        Backup backup = bench.backUp("10");

        assertThat(files(backup)).isEmpty();
        assertThat(RandomTree.looks(bench.restore(backup))).isEqualTo(RandomTree.looks(bench.tree));
    }

    @Test
    void a_renamed_folder_is_gone_under_its_old_name_with_all_below() throws Exception {
        write("d/e/f", "deep");
        Backup before = bench.backUp("0");
        Files.move(bench.tree.resolve("d"), bench.tree.resolve("renamed"));

        Backup backup = bench.backUp("10");

        assertThat(RandomTree.looks(bench.restore(backup)))
                .isEqualTo(RandomTree.looks(bench.tree))
                .doesNotContainKeys("d", "d/b", "d/e/f");
        assertThat(RandomTree.looks(bench.restore(before))).containsKeys("d", "d/b", "d/e/f");
    }

    @Test
    void a_folder_that_became_a_file_and_back_again() throws Exception {
        Path d = bench.tree.resolve("d");
        List<Map<String, String>> looks = new ArrayList<>();
        List<Backup> backups = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            backups.add(bench.backUp(i == 0 ? "0" : "10"));
            looks.add(RandomTree.looks(bench.tree));
            if (Files.isDirectory(d)) {
                Files.deleteIfExists(d.resolve("b"));
                Files.delete(d);
                Files.writeString(d, "a file now");
            } else {
                Files.delete(d);
                Files.createDirectory(d);
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(RandomTree.looks(bench.restore(backups.get(i)))).isEqualTo(looks.get(i));
        }
    }

    @Test
    @Tag("C7")
    void files_of_others_in_the_target_stay() throws Exception {
        bench.backUp("0");
        Files.delete(bench.tree.resolve("d/b"));
        Backup backup = bench.backUp("10");
        Path target = Files.createDirectories(home.resolve("target"));
        Path other =
                target.resolve(bench.tree.subpath(0, bench.tree.getNameCount())).resolve("d/other");
        Files.createDirectories(other.getParent());
        Files.writeString(other, "mine");

        bench.restore(backup, target);

        assertThat(other).hasContent("mine");
        assertThat(other.resolveSibling("b")).doesNotExist();
    }

    @Test
    void a_further_name_of_an_unchanged_file_restores_as_one() throws Exception {
        bench.backUp("0");
        Files.createLink(bench.tree.resolve("d/z"), bench.tree.resolve("a"));
        Backup linked = bench.backUp("10");
        Map<String, String> then = RandomTree.looks(bench.tree);
        Files.delete(bench.tree.resolve("a"));
        Backup first = bench.backUp("10");

        assertThat(RandomTree.looks(bench.restore(linked))).isEqualTo(then);
        assertThat(RandomTree.looks(bench.restore(first))).isEqualTo(RandomTree.looks(bench.tree));
    }

    @Test
    void a_change_that_the_clock_may_have_hidden_is_stored_again() throws Exception {
        // the snapshot is taken at an instant that the files' times have not come to
        bench.bench.time.pass(
                Duration.between(bench.bench.time.instant(), Instant.now().minusSeconds(4000)));
        bench.backUp("0");

        assertThat(files(bench.backUp("10"))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void clocks_that_jump_make_no_difference() throws Exception {
        bench.backUp("0");
        write("a", "changed");
        bench.bench.time.pass(Duration.ofDays(-300));
        Backup backup = bench.backUp("10");

        assertThat(files(backup)).containsExactly("a");
        assertThat(RandomTree.looks(bench.restore(backup))).isEqualTo(RandomTree.looks(bench.tree));
    }

    @Test
    void copies_are_compared_by_what_they_are_copies_of() throws Exception {
        bench.bench.time.pass(Duration.ofHours(1));
        bench.backUp("0", bench.bench.snapshots, 1, bench.tree);
        write("a", "changed");

        assertThat(files(bench.backUp("10", bench.bench.snapshots, 1, bench.tree)))
                .contains("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Tag("C1")
    @Tag("M28")
    void a_rebuilt_catalog_knows_levels_and_deletions(int drives) throws Exception {
        Map<String, String> looks;
        bench.backUp("0", bench.none(), drives, bench.tree);
        write("a", "changed");
        Files.delete(bench.tree.resolve("d/b"));
        bench.backUp("1", bench.none(), drives, bench.tree);
        write("d/c", "more");
        bench.backUp("10", bench.none(), drives, bench.tree);
        looks = RandomTree.looks(bench.tree);
        List<FoundSection> sections = new ArrayList<>();
        bench.bench.loseCatalog();
        int blank = 0;
        for (int i = 1; i <= 2 * drives; i++) {
            try {
                sections.addAll(bench.bench.scan("SBG00" + i));
            } catch (BackupException nothingWritten) {
                blank++;
            }
        }
        assertThat(blank).isLessThanOrEqualTo(drives);
        LevelBench.Rebuilt rebuilt = bench.rebuilt(sections);

        List<Backup> known = bench.bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(known)
                .extracting(backup -> backup.about().facts().get("level"))
                .containsExactly("0", "1", "10");
        assertThat(RandomTree.looks(rebuilt.restore(known.get(2)))).isEqualTo(looks);
        assertThat(files(rebuilt.backUp("10"))).isEmpty();
    }

    @Test
    @Tag("C1")
    @Tag("M24")
    void a_catalog_rebuilt_from_a_pool_knows_levels_and_deletions() throws Exception {
        bench.backUpToPool("0");
        Files.delete(bench.tree.resolve("d/b"));
        bench.backUpToPool("10");
        Map<String, String> looks = RandomTree.looks(bench.tree);
        bench.bench.loseCatalog();

        LevelBench.Rebuilt rebuilt = bench.rebuiltFromPool();

        List<Backup> known = bench.bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(RandomTree.looks(rebuilt.restore(known.get(1)))).isEqualTo(looks);
    }

    @Test
    void a_backup_that_was_abandoned_is_no_parent() throws Exception {
        Backup full = bench.backUp("0");
        write("a", "changed");
        bench.bench.withinImage = () -> {
            throw new IOException("the drive broke");
        };
        assertThatThrownBy(() -> bench.backUp("1")).hasStackTraceContaining("the drive broke");
        bench.bench.withinImage = io.saddlebag.workbench.Trouble.NONE;

        Backup next = bench.backUp("10");

        assertThat(LevelBench.parent(next)).isEqualTo(full.about().imageId());
        assertThat(files(next)).containsExactly("a");
    }

    @Test
    @Tag("C7")
    void a_plan_names_the_images_that_give_something_in_the_order_of_reading() throws Exception {
        Backup full = bench.backUp("0");
        write("a", "changed");
        Backup middle = bench.backUp("10");
        write("a", "changed again");
        Backup last = bench.backUp("10");

        assertThat(bench.read(bench.plan(last))).containsExactly(full.id(), last.id());
        assertThat(bench.plan(last).steps().get(0).bytes()).isEqualTo("two".length());
        assertThat(bench.read(bench.plan(last, bench.tree.resolve("d/b").toString())))
                .containsExactly(full.id());
        assertThat(bench.read(bench.plan(middle, bench.tree.resolve("a").toString())))
                .containsExactly(middle.id());
    }

    @Test
    @Tag("C7")
    void one_object_comes_from_the_image_that_has_it() throws Exception {
        bench.backUp("0");
        write("a", "changed");
        Backup last = bench.backUp("10");

        Path tree = bench.restore(last, bench.tree.resolve("d/b").toString());

        assertThat(RandomTree.looks(tree)).containsOnlyKeys("", "d", "d/b");
        assertThat(Files.getLastModifiedTime(tree.resolve("d")))
                .isEqualTo(Files.getLastModifiedTime(bench.tree.resolve("d")));
    }

    @Test
    @Tag("C7")
    void what_was_deleted_can_not_be_asked_for() throws Exception {
        bench.backUp("0");
        Files.delete(bench.tree.resolve("d/b"));
        Backup last = bench.backUp("10");

        assertThatThrownBy(() -> bench.plan(last, bench.tree.resolve("d/b").toString()))
                .satisfies(e -> assertThat(((BackupException) e).is(RestoreFault.NOTHING_SELECTED))
                        .isTrue());
    }

    @Test
    @Tag("C7")
    void a_state_that_has_lost_its_parent_is_refused_and_what_is_whole_is_named() throws Exception {
        bench.backUp("0");
        bench.bench.time.pass(Duration.ofDays(1));
        Backup onOther = bench.backUpElsewhere("10");
        Backup whole = bench.backUpElsewhere("0");
        forgetFirstVolume();

        assertThatThrownBy(() -> bench.plan(onOther))
                .satisfies(e -> assertThat(((BackupException) e).is(RestoreFault.STATE_INCOMPLETE))
                        .isTrue())
                .hasMessageContaining("is lost")
                .hasMessageContaining("Restorable are " + whole.id());
    }

    @Test
    @Tag("C13")
    void it_is_said_which_volume_stays_longer_than_its_family_says() throws Exception {
        bench.bench
                .volumes()
                .defineFamilies(List.of(new MediaFamily(
                        "short", Duration.ofHours(3), Duration.ofDays(1), MediaFamily.Expiration.TIME)));
        Job full = bench.run("0", "short");
        assertThat(full.state()).isEqualTo(JobState.COMPLETED);

        Job incremental = bench.run("10", "nightly");

        assertThat(incremental.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.bench.transcripts.lines(incremental.name()))
                .anyMatch(line -> line.contains("backup 1 on volume short-000001 expires at ")
                        && line.endsWith("and is kept as long as backup 2, which was made on top of it"));
    }

    @Test
    void databases_have_no_levels() throws Exception {
        BackupRun run = bench.node
                .backups
                .begin("backup orders", null, Overlap.SKIP, Map.of())
                .orElseThrow();
        run.stop(bench.node.orders(), bench.node.stop());
        run.snapshot(bench.node.snapshots(), List.of(bench.bench.data, bench.bench.journal));
        assertThatThrownBy(() -> run.source(
                        "orders", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.INCREMENTAL)))
                .satisfies(e -> assertThat(((BackupException) e).is(BackupFault.NO_LEVELS))
                        .isTrue());
        run.end(null);
    }

    @Test
    @Tag("C4")
    void a_date_and_time_means_the_newest_state_up_to_then() throws Exception {
        bench.backUp("0");
        Map<String, String> then = RandomTree.looks(bench.tree);
        Instant instant = bench.bench.time.instant().plusSeconds(60);
        write("a", "changed");
        bench.backUp("10");
        Path target = Files.createDirectories(home.resolve("then"));

        List<Job> jobs = bench.node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.AsOf("tree", instant)),
                List.of(),
                target,
                RestoreRequest.Existing.REPLACE,
                null,
                null));

        assertThat(jobs).extracting(Job::state).containsOnly(JobState.COMPLETED);
        assertThat(RandomTree.looks(target.resolve(bench.tree.subpath(0, bench.tree.getNameCount()))))
                .isEqualTo(then);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "11", "", "weekly", "01"})
    void other_levels_are_refused(String level) {
        assertThatThrownBy(() -> BackupLevel.parse(level)).hasMessageContaining("0 to 10, full (0)");
    }

    @Test
    @Tag("C1")
    void deletions_are_no_objects() throws Exception {
        bench.backUp("0");
        Files.delete(bench.tree.resolve("d/b"));
        Backup last = bench.backUp("10");
        List<ObjectEntry> objects = new ArrayList<>();
        bench.bench.catalog().objects(last.id(), "", objects::add);

        assertThat(objects).hasSize((int) last.objects()).noneMatch(ObjectEntry::isDeletion);
        assertThat(bench.bench
                        .catalog()
                        .state(List.of(new BackupId(1), last.id()))
                        .folder(bench.tree + "/d/", "", 9)
                        .objects())
                .isEmpty();
    }
}
