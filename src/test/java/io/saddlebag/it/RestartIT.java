package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.Root;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SIGKILL for a backup of files, at places that are counted in bytes on its medium, and its repeat. What is counted is what was
 * written twice, never seconds. More places: {@code -Dsaddlebag.kills=20}.
 */
@Tag("D6")
@Tag("Q11")
class RestartIT {
    private static final int FILES = 600;
    private static final int FILE_BYTES = 72 << 10;
    private static final int KILLED = 128 + 9;
    private static final int MOST_TRIES = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private Path home;
    private Path tree;

    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
        home = Files.createDirectory(folder.resolve("home"));
        tree = Files.createDirectory(folder.resolve("tree"));
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + tree + "\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 20, drives: 1, cartridges: 18, capacity: 24MiB }
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                checkpoints: { interval: 512KiB, keepFree: 1MiB }
                """);
        Random random = new Random(95);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES * 3 / 4];
            random.nextBytes(bytes);
            Path in = Files.createDirectories(tree.resolve("d" + i / 50));
            Files.write(in.resolve("f%03d".formatted(i)), Base64.getEncoder().encode(bytes));
        }
        Files.createLink(tree.resolve("d9/linked"), tree.resolve("d0/f000"));
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private static String[] backup(String place, String... more) {
        List<String> all = new ArrayList<>(List.of("backup", "--dataset", "home", "--provider", "none"));
        all.addAll(place.equals("pool") ? List.of("--pool", "disk") : List.of("--library", "vault"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private long stored(String place) throws IOException {
        long bytes = 0;
        Path medium = home.resolve(place.equals("pool") ? "pool" : "vault/cartridges");
        try (Stream<Path> all = Files.walk(medium)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        } catch (NoSuchFileException | java.io.UncheckedIOException published) {
            // it got its name, or was removed, while we looked
            return bytes;
        }
        return bytes;
    }

    private long lengthOfNewest() {
        JsonNode all = run("lsbu", "--json").ok().json();
        return all.get(all.size() - 1).path("imageBytes").asLong();
    }

    /** @return bytes that it had written when it died; -1 when it was faster than we */
    private long kill(String place, long before, long at, String... command) throws Exception {
        Path log = folder.resolve("killed.log");
        Process process = Site.start(home, log, command);
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (process.isAlive() && stored(place) - before < at) {
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(limit);
            Until.aMoment();
        }
        process.destroyForcibly();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        if (process.exitValue() != KILLED) {
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            return -1;
        }
        return stored(place) - before;
    }

    @ParameterizedTest
    @CsvSource({"pool, none", "pool, zstd", "library, none", "library, zstd"})
    void a_kill_at_95_percent_costs_less_than_5_percent_when_it_is_repeated(String place, String compression)
            throws Exception {
        String[] command = backup(place, "--compression", compression);
        run(command).ok();
        long length = lengthOfNewest();
        List<Double> places = new ArrayList<>(List.of(0.95));
        Random random = new Random(place.hashCode() + compression.hashCode());
        for (int i = 1; i < Integer.getInteger("saddlebag.kills", 2); i++) {
            places.add(0.1 + 0.85 * random.nextDouble());
        }
        for (double share : places) {
            long before = stored(place);
            long died = -1;
            for (int i = 0; died < 0 && i < MOST_TRIES; i++) {
                before = stored(place);
                died = kill(place, before, (long) (share * length), command);
            }
            assertThat(died).as("no kill met it alive").isPositive();
            List<String> lines = new ArrayList<>();
            long written = died;

            Said repeat = run(command);

            assertThat(repeat.code()).as(repeat.toString()).isIn(0, 3);
            JsonNode jobs = run("lsjob", "--json").ok().json();
            JsonNode figures = jobs.get(jobs.size() - 1).path("figures");
            lines.add(figures.toString());
            long from = figures.path("goes-on-at").asLong(-1);
            assertThat(from)
                    .as("it goes on: " + figures + ", killed at " + written)
                    .isPositive();
            long tarBytes = (long) FILES * (FILE_BYTES + 1024);
            double ofThis = 1.0 - (double) from / tarBytes;
            double twice = (double) written / length + ofThis - 1;
            System.out.printf(
                    "restart: %s %s: killed at %.3f, gone on at %.3f, written twice %.4f%n",
                    place, compression, (double) written / length, 1 - ofThis, twice);
            assertThat(twice).as(lines.toString()).isLessThan(0.05);
            assertRestored();
        }
    }

    private void assertRestored() throws Exception {
        JsonNode all = run("lsbu", "--json").ok().json();
        String id = all.get(all.size() - 1).path("id").asText();
        run("verify", id).ok();
        Path to = Files.createTempDirectory(folder, "restored");
        run("restore", "home", "--to", to.toString()).ok();
        assertSame(to.resolve(tree.toString().substring(1)));
    }

    private void assertSame(Path restored) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                Path other = restored.resolve(tree.relativize(file).toString());
                assertThat(Files.mismatch(file, other)).as(other.toString()).isEqualTo(-1);
            }
        }
        try (Stream<Path> all = Files.walk(restored);
                Stream<Path> wanted = Files.walk(tree)) {
            assertThat(all.count()).isEqualTo(wanted.count());
        }
        assertThat(Files.isSameFile(restored.resolve("d0/f000"), restored.resolve("d9/linked")))
                .isTrue();
    }

    private Path[] sectionsOfNewest() throws IOException {
        JsonNode all = run("lsbu", "--json").ok().json();
        String image = all.get(all.size() - 1).path("imageId").asText();
        try (Stream<Path> files = Files.list(home.resolve("pool/_none"))) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(image + ".") && !name.endsWith(".json");
                    })
                    .sorted(Comparator.comparingInt(file ->
                            Integer.parseInt(file.getFileName().toString().split("\\.")[1])))
                    .toArray(Path[]::new);
        }
    }

    private void sh(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("sh.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static void need(String program) {
        boolean there = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        assumeTrue(there, program + " is not installed here");
    }

    private String[] killed(String... more) throws Exception {
        String[] command = backup("pool", more);
        run(command).ok();
        long died = -1;
        for (int i = 0; died < 0 && i < MOST_TRIES; i++) {
            died = kill("pool", stored("pool"), lengthOfNewest() * 3 / 4, command);
        }
        assertThat(died).as("no kill met it alive").isPositive();
        return command;
    }

    @Test
    @Tag("M1")
    @Tag("M2")
    void zstd_and_tar_open_what_was_gone_on_with() throws Exception {
        need("zstd");
        need("tar");
        String[] command = killed("--compression", "zstd");
        assertThat(run(command).out()).contains("goes-on-at");
        Path to = Files.createDirectory(folder.resolve("by-hand"));
        List<String> arguments = new ArrayList<>(List.of(to.toString()));
        Path[] sections = sectionsOfNewest();
        assertThat(sections).hasSizeGreaterThan(3);
        Stream.of(sections).map(Path::toString).forEach(arguments::add);

        sh(
                "to=\"$1\"; shift; cat \"$@\" | zstd -dc | tar -xf - -C \"$to\" --exclude=.saddlebag",
                arguments.toArray(String[]::new));

        assertSame(to.resolve(tree.toString().substring(1)));
    }

    /** At 95 % by the bytes in the pool; what is written again is what lies behind the place where it goes on. */
    private void assertLittleIsWrittenAgain(long tarBytes, String... command) throws Exception {
        run(command).ok();
        long length = lengthOfNewest();
        long died = -1;
        for (int i = 0; died < 0 && i < MOST_TRIES; i++) {
            died = kill("pool", stored("pool"), length * 95 / 100, command);
        }
        assertThat(died).as("no kill met it alive").isPositive();

        Said repeat = run(command);

        assertThat(repeat.code()).as(repeat.toString()).isIn(0, 3);
        JsonNode jobs = run("lsjob", "--json").ok().json();
        JsonNode figures = jobs.get(jobs.size() - 1).path("figures");
        long from = figures.path("goes-on-at").asLong(-1);
        assertThat(from).as("it goes on: " + figures).isPositive();
        double twice = (double) died / length - (double) from / tarBytes;
        System.out.printf(
                "restart: %d bytes, killed at %.3f, gone on at %.3f, written twice %.4f%n",
                length, (double) died / length, (double) from / tarBytes, twice);
        assertThat(twice).isLessThan(0.05);
    }

    @Test
    void a_kill_in_one_large_file_costs_less_than_5_percent_of_writing() throws Exception {
        Path only = Files.createDirectory(folder.resolve("only"));
        Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + only + "\n");
        long bytes = Long.getLong("saddlebag.large", 96L << 20);
        byte[] block = new byte[1 << 20];
        Random random = new Random(2);
        try (var out = Files.newOutputStream(only.resolve("large"))) {
            for (long at = 0; at < bytes; at += block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }

        assertLittleIsWrittenAgain(bytes, backup("pool", "--compression", "none"));

        JsonNode all = run("lsbu", "--json").ok().json();
        run("verify", all.get(all.size() - 1).path("id").asText()).ok();
        Path to = Files.createTempDirectory(folder, "restored");
        run("restore", "home", "--to", to.toString()).ok();
        assertThat(Files.mismatch(
                        only.resolve("large"),
                        to.resolve(only.resolve("large").toString().substring(1))))
                .isEqualTo(-1);
    }

    @Test
    @Tag("W11")
    @Tag("W21")
    void one_from_a_btrfs_snapshot_goes_on_from_the_same_snapshot() throws Exception {
        Posix posix = Root.posix();
        try (var btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), Kind.BTRFS, ByteCount.mebibytes(512))) {
            Path data = btrfs.path().resolve("data");
            posix.createSubvolume(data);
            Random random = new Random(5);
            for (int i = 0; i < FILES; i++) {
                byte[] content = new byte[FILE_BYTES];
                random.nextBytes(content);
                Files.write(data.resolve("f%03d".formatted(i)), content);
            }
            Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + data + "\n");
            String[] command = {
                "backup", "--dataset", "home", "--provider", "btrfs", "--pool", "disk", "--compression", "none"
            };

            assertLittleIsWrittenAgain((long) FILES * (FILE_BYTES + 1024), command);

            JsonNode jobs = run("lsjob", "--json").ok().json();
            assertThat(run("catxcr", jobs.get(jobs.size() - 1).path("name").asText())
                            .ok()
                            .out())
                    .contains("reads on from snapshot ");
            JsonNode all = run("lsbu", "--json").ok().json();
            run("verify", all.get(all.size() - 1).path("id").asText()).ok();
            assertThat(btrfs.path().toFile().list()).as("no snapshot is left").containsExactly("data");
        }
    }

    @Test
    @Tag("X10")
    void an_encrypted_one_goes_on_and_age_opens_its_sections() throws Exception {
        need("age");
        need("zstd");
        run("key", "generate", "blue").ok();
        String[] command = killed("--compression", "zstd", "--encrypt", "blue");

        Said repeat = run(command);

        assertThat(repeat.code()).as(repeat.toString()).isZero();
        JsonNode jobs = run("lsjob", "--json").ok().json();
        String job = jobs.get(jobs.size() - 1).path("name").asText();
        assertThat(run("catxcr", job).ok().out()).contains("goes on from the checkpoint of job ");
        assertRestored();
        Path to = Files.createDirectory(folder.resolve("by-hand"));
        Path[] sections = sectionsOfNewest();
        assertThat(sections).hasSizeGreaterThan(3);
        List<String> arguments = new ArrayList<>(List.of(identity().toString(), to.toString()));
        Stream.of(sections).map(Path::toString).forEach(arguments::add);
        sh(
                "key=\"$1\"; to=\"$2\"; shift 2; for part; do age -d -i \"$key\" \"$part\"; done"
                        + " | zstd -dc | tar -xf - -C \"$to\" --exclude=.saddlebag",
                arguments.toArray(String[]::new));
        assertSame(to.resolve(tree.toString().substring(1)));
    }

    private Path identity() throws IOException {
        try (Stream<Path> keys = Files.list(home.resolve("config/keys"))) {
            return keys.filter(file -> {
                        try {
                            return Files.readString(file).contains("AGE-SECRET-KEY");
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }
}
