package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.DatasetBackup;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.backup.SourceReaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One call for a source fails, each in turn: the backup has everything that isn't concerned, says what is, takes nothing for deleted
 * that isn't, and the next one has all of it. Or it fails, and its repeat has.
 */
@Tag("D2")
@Tag("D4")
@Tag("Q11")
@Tag("Q15")
@Tag("slow")
class SourceFaultSweepTest {
    /** As many calls as a backup of the tree makes at least, and at most. */
    private static final int FEW = 40;

    private static final int MANY = 400;

    @TempDir
    Path home;

    private Workbench bench;
    private Path tree;
    private int restores;

    @ParameterizedTest
    @CsvSource({"IO_ERROR, 0", "IO_ERROR, 1", "VANISHED, 1", "PERMISSION, 1", "SHORT, 1"})
    void a_fault_at_every_call_for_the_source_costs_no_more_than_what_it_concerns(FileFailureKind kind, String level)
            throws Exception {
        try (Workbench opened = new Workbench(home, Capacity.ENDLESS, "SBG001", "SBG002")) {
            bench = opened;
            bench.time.pass(
                    Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
            tree = Files.createDirectory(home.resolve("tree"));
            fill();
            assertThat(backUp(bench.files, "0").state()).isEqualTo(JobState.COMPLETED);
            change();
            Map<String, String> looks = RandomTree.withoutHoles(RandomTree.looks(tree));
            FaultyFiles counting = FaultyFiles.counting(bench.files);
            backUp(counting, level);
            for (int nth = 1; nth <= counting.calls(); nth++) {
                FaultyFiles faulty = FaultyFiles.failing(bench.files, nth, kind);
                Job job = backUp(faulty, level);
                if (faulty.fired()) {
                    String where = kind + " at call " + nth + ", " + faulty.failedAt() + ": " + transcript(job);
                    assertOutcome(job, faulty, looks, where);
                    // on top of what the faulty one recorded
                    assertThat(backUp(bench.files, job.state() == JobState.FAILED ? level : "10")
                                    .state())
                            .as(where)
                            .isEqualTo(JobState.COMPLETED);
                    assertThat(restored(newest(), ""))
                            .as("the next one after " + where)
                            .isEqualTo(looks);
                }
            }
            assertThat(counting.calls()).isBetween((long) FEW, (long) MANY);
        }
    }

    private void assertOutcome(Job job, FaultyFiles faulty, Map<String, String> looks, String where) throws Exception {
        String concerned = tree.relativize(faulty.failedAt().orElseThrow()).toString();
        if (job.state() == JobState.FAILED) {
            assertThat(concerned).as(where).isEmpty();
            return;
        }
        Backup backup = newest();
        List<ObjectFlag> flags = new ArrayList<>();
        bench.catalog().flags(backup.id(), flags::add);
        Map<String, String> restored =
                restored(backup, faulty.failedAt().orElseThrow().toString());
        if (job.state() == JobState.COMPLETED && !transcript(job).contains("was gone before it was looked at")) {
            assertThat(restored).as(where).isEqualTo(looks);
        } else if (job.state() != JobState.COMPLETED) {
            assertThat(job.state()).as(where).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
            assertThat(flags).as(where).isNotEmpty();
        }
        boolean onlyItself =
                !flags.isEmpty() && flags.stream().allMatch(flag -> flag.what().equals("incomplete"));
        if (concerned.equals("h1")
                && flags.stream().anyMatch(flag -> flag.what().equals("unreadable"))) {
            // one file, whatever it is called
            concerned = "h";
        }
        assertThat(without(restored, concerned, onlyItself)).as(where).isEqualTo(without(looks, concerned, onlyItself));
        Set<String> deleted = new HashSet<>();
        bench.catalog().objects(backup.id(), "", object -> {
            if (object.isDeletion()) {
                deleted.add(tree.relativize(Path.of(object.path())).toString());
            }
        });
        assertThat(Set.of("folder/y", "gone", "gone/inner", "turn/in"))
                .as(where)
                .containsAll(deleted);
    }

    /** Which name of a file is the first one depends on which of them could be read. */
    private static Map<String, String> without(Map<String, String> looks, String concerned, boolean onlyItself) {
        Map<String, String> rest = new HashMap<>();
        looks.forEach((name, look) -> {
            boolean below = concerned.isEmpty() || name.startsWith(concerned + "/");
            boolean ofOneFile = concerned.equals("h") && name.startsWith("h");
            if (!name.equals(concerned) && !ofOneFile && (onlyItself || !below)) {
                rest.put(name, concerned.startsWith("h") ? look.replaceFirst(" is h.$", "") : look);
            }
        });
        return rest;
    }

    private void fill() throws IOException {
        Files.writeString(tree.resolve("a"), "alpha");
        Files.createDirectories(tree.resolve("folder/sub"));
        Files.writeString(tree.resolve("folder/x"), "1");
        Files.writeString(tree.resolve("folder/y"), "2");
        Files.createDirectory(tree.resolve("gone"));
        Files.writeString(tree.resolve("gone/inner"), "4");
        Files.writeString(tree.resolve("h1"), "names");
        Files.createLink(tree.resolve("h2"), tree.resolve("h1"));
        Files.createLink(tree.resolve("h3"), tree.resolve("h1"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a"));
        Files.writeString(tree.resolve("swap"), "file");
        Files.createDirectory(tree.resolve("turn"));
        Files.writeString(tree.resolve("turn/in"), "5");
        hole("first");
    }

    private void change() throws IOException {
        Files.writeString(tree.resolve("a"), "alpha and omega");
        bench.files.setAttribute(tree.resolve("a"), "user.note", new byte[] {1});
        Files.delete(tree.resolve("folder/y"));
        Files.writeString(tree.resolve("folder/new"), "6");
        Files.delete(tree.resolve("gone/inner"));
        Files.delete(tree.resolve("gone"));
        Files.writeString(tree.resolve("h1"), "of one file");
        Files.delete(tree.resolve("swap"));
        Files.createDirectory(tree.resolve("swap"));
        Files.writeString(tree.resolve("swap/in"), "7");
        Files.delete(tree.resolve("turn/in"));
        Files.delete(tree.resolve("turn"));
        Files.writeString(tree.resolve("turn"), "8");
        hole("second");
    }

    private void hole(String end) throws IOException {
        try (FileChannel sparse =
                FileChannel.open(tree.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(end.getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 100_000);
        }
    }

    private Job backUp(HostFiles files, String level) throws Exception {
        bench.time.pass(Duration.ofHours(1));
        Workbench.Node node = bench.node();
        NoSnapshots none = new NoSnapshots(bench.time);
        return new DatasetBackup(
                        node.backups,
                        new DatasetBackup.Parts(
                                new Datasets(new OneDataset()),
                                new LocalProcesses(),
                                List::of,
                                "testhost",
                                List.of(),
                                null,
                                List.of(),
                                SourceReaders.own(files),
                                none))
                .run(new DatasetBackup.Order(
                        "tree",
                        null,
                        Overlap.SKIP,
                        paths -> none,
                        new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level)),
                        node.target()))
                .orElseThrow();
    }

    private final class OneDataset implements Datasets.Files {
        @Override
        public List<String> names() {
            return List.of("tree");
        }

        @Override
        public Map<String, String> texts(String name) {
            return Map.of("tree", "include path " + tree + "\n");
        }
    }

    private Backup newest() throws IOException {
        List<Backup> all = bench.catalog().backups(Catalog.Filter.COMPLETE);
        return all.get(all.size() - 1);
    }

    /** @param concerned what may be told of, and nothing else; empty for nothing */
    private Map<String, String> restored(Backup backup, String concerned) throws Exception {
        Path to = Files.createDirectory(home.resolve("restored" + restores++));
        List<Job> jobs = bench.node()
                .restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.ById(backup.id())),
                        List.of(),
                        to,
                        RestoreRequest.Existing.REPLACE,
                        null,
                        null));
        assertThat(jobs).allSatisfy(job -> {
            if (concerned.isEmpty() || job.state() != JobState.COMPLETED_WITH_WARNINGS) {
                assertThat(job.state()).as(transcript(job)).isEqualTo(JobState.COMPLETED);
            } else {
                assertThat(job.cause()).startsWith(concerned);
            }
        });
        return RandomTree.withoutHoles(RandomTree.looks(to.resolve(tree.subpath(0, tree.getNameCount()))));
    }

    private String transcript(Job job) throws IOException {
        return bench.transcripts.lines(job.name()).collect(Collectors.joining("\n"));
    }
}
