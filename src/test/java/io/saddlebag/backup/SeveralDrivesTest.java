package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageReader;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Transcript;
import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.media.Volume;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("M28")
final class SeveralDrivesTest {
    /** More than what is read ahead of a drive: so both drives get a share, whichever is quicker. */
    private static final int FILES = 24;

    private static final int FILE_BYTES = 400_000;
    private static final TapeOptions TWO = TapeOptions.parse(Map.of("drives", "2"));

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        open(Capacity.ENDLESS, "SBG001", "SBG002", "SBG003", "SBG004");
    }

    private void open(Capacity each, String... cartridges) throws Exception {
        bench = new Workbench(home, each, cartridges);
        node = bench.node();
        Random random = new Random(28);
        for (int i = 0; i < FILES; i++) {
            byte[] content = new byte[FILE_BYTES];
            for (int at = 0; at < content.length; at++) {
                content[at] = (byte) ('a' + random.nextInt(26));
            }
            Files.write(bench.data.resolve("base/part" + i), content);
        }
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void an_image_is_spread_over_two_drives_that_write_at_the_same_time() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        bench.withinImage = () -> meet(both);

        Backup backup = backUp(TWO);

        assertThat(backup.lanes()).isEqualTo(2);
        assertThat(volumes(backup, 1)).containsExactly("nightly-000001");
        assertThat(volumes(backup, 2)).containsExactly("nightly-000002");
        assertThat(backup.sections()).allMatch(section -> section.bytes() > FILE_BYTES);
        assertThat(backup.imageBytes())
                .isEqualTo(backup.sections().stream()
                        .mapToLong(StoredSection::bytes)
                        .sum());
    }

    @Test
    @Tag("C12")
    void both_drives_read_it_back_at_the_same_time_and_everything_is_as_it_was() throws Exception {
        Backup backup = backUp(TWO);
        Map<String, String> then = spoil();
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger lanes = new AtomicInteger();
        bench.readWrap = stored -> {
            lanes.incrementAndGet();
            try {
                meet(both);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return stored;
        };

        restore(backup);

        assertThat(lanes).hasValue(2);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
        bench.catalog().objects(backup.id(), "", object -> {
            if (object.type() == 'd') {
                assertThat(Path.of(object.path()))
                        .satisfies(folder -> assertThat(
                                        Files.getLastModifiedTime(folder).toInstant())
                                .isEqualTo(object.modified()));
            }
        });
        assertThat(node.restores.verify(backup.id(), null).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void each_lane_is_a_whole_image_of_its_own_share() throws Exception {
        Backup backup = backUp(TWO);

        Map<String, Integer> laneOf = new HashMap<>();
        for (int lane = 1; lane <= 2; lane++) {
            int each = lane;
            try (TapeStore store = bench.openVault(Attendants.NONE);
                    InputStream stored = store.read(backup.about().imageId(), backup.lane(lane));
                    ImageReader reader = ImageReader.open(stored, backup.about().layers(), Runnable::run)) {
                reader.readAll(member -> {
                    member.content().transferTo(OutputStream.nullOutputStream());
                    assertThat(laneOf.put(member.member().absolutePath(), each)).isNull();
                });
                assertThat(reader.manifest().orElseThrow().facts()).containsEntry("lane", lane + "/2");
            }
        }
        assertThat(laneOf).hasSize((int) backup.objects()).containsValues(1, 2);
        assertThat(laneOf).containsEntry(bench.data + "/base", 1);
    }

    @Test
    @Tag("M10")
    void labels_are_used_in_the_drives_order() throws Exception {
        bench.close();
        home = Files.createDirectory(home.resolve("small"));
        String[] cartridges =
                IntStream.rangeClosed(1, 24).mapToObj(n -> "S" + n).toArray(String[]::new);
        open(Capacity.ofBlocks(200, 16), cartridges);
        CyclicBarrier both = new CyclicBarrier(2);
        bench.withinImage = () -> meet(both);

        Backup backup = backUp(TapeOptions.parse(
                Map.of("drives", "2", "format", "new_tape", "label", "(LEFT1,RIGHT1,LEFT2,RIGHT2,MORE01)")));

        assertThat(volumes(backup, 1)).startsWith("LEFT1", "LEFT2");
        assertThat(volumes(backup, 2)).startsWith("RIGHT1", "RIGHT2");
        Map<String, String> then = spoil();
        restore(backup);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("M21")
    void the_next_image_on_two_drives_is_appended_to_the_two_newest_sets_and_one_on_one_drive_to_the_newest()
            throws Exception {
        backUp(TWO);
        Backup second = backUp(TWO);
        Backup third = backUp(TapeOptions.DEFAULT);

        assertThat(second.sections())
                .extracting(s -> s.volume().value())
                .containsExactlyInAnyOrder("nightly-000001", "nightly-000002");
        assertThat(third.sections()).extracting(s -> s.volume().value()).containsExactly("nightly-000002");
        assertThat(bench.volumes().volumes()).extracting(Volume::files).containsExactlyInAnyOrder(2, 3);
    }

    @Test
    void with_one_drive_free_it_is_written_on_one_and_says_so() throws Exception {
        try (Library.Reservation held = bench.vault.reserve(Element.drive(2))) {
            assertThat(held.drive().name()).isNotEmpty();
            Backup backup = backUp(TWO);
            assertThat(backup.lanes()).isEqualTo(1);
        }
        assertThat(transcript(bench.onlyJob())).anyMatch(line -> line.contains("goes on with 1 drives"));
    }

    @Test
    void with_one_drive_free_its_lanes_are_read_one_after_the_other() throws Exception {
        Backup backup = backUp(TWO);
        Map<String, String> then = spoil();

        try (Library.Reservation held = bench.vault.reserve(Element.drive(2))) {
            held.drive().unload();
            bench.vault.move(Element.drive(2), Element.slot(2));
            restore(backup);
        }

        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("Q11")
    void when_one_drive_fails_nothing_counts_and_a_repeat_converges() throws Exception {
        AtomicInteger lanes = new AtomicInteger();
        bench.afterImage = () -> {
            if (lanes.incrementAndGet() == 1) {
                throw new BackupException(VolumeFault.WRITE_FAILED, "the drive is on fire", "Put it out.");
            }
        };
        Job failed = run(TWO);
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.cause()).contains("the drive is on fire");
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();

        bench.afterImage = () -> {};
        Backup backup = backUp(TWO);
        Map<String, String> then = spoil();
        restore(backup);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("C1")
    void a_lost_catalog_comes_back_from_both_cartridges_and_from_one_alone_it_does_not() throws Exception {
        Backup before = backUp(TWO);
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");

        bench.loseCatalog();
        node = bench.node();
        assertThat(importFrom("SBG001")).isEmpty();
        assertThat(told).anyMatch(line -> line.contains("sections on volumes that are not here"));

        assertThat(importFrom("SBG001", "SBG002")).hasSize(1);
        Backup found = bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
        assertThat(found.sections()).isEqualTo(before.sections());
        assertThat(found.objects()).isEqualTo(before.objects());
        assertThat(found.dataBytes()).isEqualTo(before.dataBytes());
        spoil();
        restore(found);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    private static TapeOptions on(String drives, String... more) {
        Map<String, String> given = new HashMap<>(Map.of("drives", drives));
        for (int i = 0; i < more.length; i += 2) {
            given.put(more[i], more[i + 1]);
        }
        return TapeOptions.parse(given);
    }

    /** The barcode of what is in a drive. */
    private String in(int drive) throws IOException {
        return String.valueOf(
                bench.vault.inventory().at(Element.drive(drive)).orElseThrow().barcode());
    }

    private String barcode(Backup backup, int lane) throws IOException {
        return String.valueOf(bench.volumes()
                .find(backup.lane(lane).get(0).volume())
                .orElseThrow()
                .barcode());
    }

    @Test
    @Tag("M10")
    void drives_that_are_named_write_in_their_order_and_take_labels_in_it() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        bench.withinImage = () -> meet(both);

        Backup backup = backUp(on("vault-drive2,vault-drive1", "format", "new_tape", "label", "TWO001,ONE001"));

        assertThat(backup.lanes()).isEqualTo(2);
        assertThat(volumes(backup, 1)).containsExactly("TWO001");
        assertThat(volumes(backup, 2)).containsExactly("ONE001");
        assertThat(in(2)).isEqualTo(barcode(backup, 1));
        assertThat(in(1)).isEqualTo(barcode(backup, 2));
        assertThat(backup.about().facts()).containsEntry("drives", "vault-drive2,vault-drive1");
        assertThat(transcript(bench.onlyJob())).anyMatch(line -> line.contains("on drives vault-drive2, vault-drive1"));
    }

    @Test
    @Tag("C12")
    void what_named_drives_wrote_is_read_by_as_many_at_the_same_time() throws Exception {
        Backup backup = backUp(on("dte2,dte1"));
        Map<String, String> then = spoil();
        CyclicBarrier both = new CyclicBarrier(2);
        bench.readWrap = stored -> {
            try {
                meet(both);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return stored;
        };

        restore(backup);

        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    @Test
    @Tag("M21")
    void a_named_drive_goes_on_with_what_it_holds_and_fetches_what_another_one_holds() throws Exception {
        Backup first = backUp(on("vault-drive1,vault-drive2"));
        Backup swapped = backUp(on("vault-drive2,vault-drive1"));

        assertThat(volumes(swapped, 1)).as("no cartridge changes its drive").isEqualTo(volumes(first, 2));
        assertThat(volumes(swapped, 2)).isEqualTo(volumes(first, 1));
        assertThat(in(1)).isEqualTo(barcode(first, 1));

        String newest = in(2);
        Backup one = backUp(on("vault-drive1"));
        assertThat(volumes(one, 1)).containsExactly("nightly-000002");
        assertThat(in(1)).isEqualTo(newest);
        assertThat(barcode(one, 1)).isEqualTo(newest);
        assertThat(bench.volumes().volumes()).hasSize(2);
        assertThat(node.restores.verify(one.id(), null).cause()).isNull();
    }

    @Test
    void a_named_drive_with_a_full_volume_goes_on_in_itself() throws Exception {
        bench.close();
        home = Files.createDirectory(home.resolve("small"));
        String[] cartridges =
                IntStream.rangeClosed(1, 24).mapToObj(n -> "S" + n).toArray(String[]::new);
        open(Capacity.ofBlocks(200, 16), cartridges);
        CyclicBarrier both = new CyclicBarrier(2);
        bench.withinImage = () -> meet(both);

        Backup backup = backUp(on("vault-drive2,vault-drive1"));

        assertThat(backup.lane(1)).hasSizeGreaterThan(1);
        assertThat(backup.lane(2)).hasSizeGreaterThan(1);
        assertThat(in(2)).isEqualTo(lastBarcode(backup, 1));
        assertThat(in(1)).isEqualTo(lastBarcode(backup, 2));
        Map<String, String> then = spoil();
        restore(backup);
        assertThat(Trees.content(bench.data)).isEqualTo(then);
    }

    private String lastBarcode(Backup backup, int lane) throws IOException {
        List<StoredSection> sections = backup.lane(lane);
        return String.valueOf(bench.volumes()
                .find(sections.get(sections.size() - 1).volume())
                .orElseThrow()
                .barcode());
    }

    @Test
    void drives_that_are_not_there_or_are_named_twice_are_refused_with_those_that_are() throws Exception {
        assertRefused(
                on("vault-drive1,middle"),
                "SBG-M033 library vault has no drive 'middle'; there are vault-drive1 (dte1), vault-drive2 (dte2)");
        assertRefused(
                on("vault-drive2,DTE2"),
                "SBG-M033 library vault has one drive for 'vault-drive2' and 'DTE2'; there are vault-drive1 (dte1)");
        assertRefused(on("dte1,dte2,dte3"), "SBG-M033 library vault has no drive 'dte3'");
        assertThat(bench.volumes().volumes()).isEmpty();
    }

    /** Who names drives means these: labels would go to others. */
    @Test
    void a_named_drive_that_somebody_uses_is_not_done_without() throws Exception {
        for (String drives : List.of("vault-drive1,vault-drive2", "vault-drive2")) {
            try (Library.Reservation held = bench.vault.reserve(Element.drive(2))) {
                assertThat(held.drive().name()).isEqualTo("vault-drive2");
                assertRefused(
                        on(drives), "SBG-M004 drive vault-drive2 (dte2) of library vault is used by somebody else");
            }
        }
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();
        assertThat(backUp(on("vault-drive1,vault-drive2")).lanes()).isEqualTo(2);
    }

    private void assertRefused(TapeOptions options, String why) throws Exception {
        Job job = run(options);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(why);
    }

    private static List<String> volumes(Backup backup, int lane) {
        return backup.lane(lane).stream().map(s -> s.volume().value()).toList();
    }

    private Backup backUp(TapeOptions options) throws Exception {
        Job job = run(options);
        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED);
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        return all.get(all.size() - 1);
    }

    private Job run(TapeOptions options) throws Exception {
        return new OfflineBackup(node.backups)
                .run(node.order(node.snapshots(), node.target(options)))
                .orElseThrow();
    }

    /** @return what it was before, without what isn't backed up */
    private Map<String, String> spoil() throws IOException {
        Map<String, String> then = Trees.content(bench.data);
        then.remove("lock");
        Files.delete(bench.data.resolve("base/part3"));
        Files.writeString(bench.data.resolve("base/part4"), "spoilt");
        return then;
    }

    private void restore(Backup backup) throws Exception {
        List<Job> jobs = node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())),
                List.of(),
                null,
                RestoreRequest.Existing.REPLACE,
                "orders",
                null));
        assertThat(jobs)
                .allMatch(
                        job -> job.state() == JobState.COMPLETED,
                        String.valueOf(jobs.get(0).cause()));
    }

    private List<Backup> importFrom(String... barcodes) throws Exception {
        List<FoundSection> found = new ArrayList<>();
        for (String barcode : barcodes) {
            found.addAll(bench.scan(barcode));
        }
        return node.imports.importAll("vault", found, new Told());
    }

    private List<String> transcript(Job job) throws IOException {
        return bench.transcripts.lines(job.name()).toList();
    }

    private final class Told implements Transcript {
        @Override
        public void line(String text) {
            told.add(text);
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }

    private static void meet(CyclicBarrier both) throws IOException {
        try {
            both.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException("the other drive did not work at the same time", e);
        }
    }
}
