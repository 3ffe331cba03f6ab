package io.saddlebag.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Backups of the same files by Saddlebag, as its users start it, and by its peer, one after the other in one run: large
 * files uncompressed beside {@code dd} (Q1), small files with zstd -3 beside {@code tar | zstd -3 -T2} (Q2). Everything is
 * durable when the clock stops.
 */
public final class FilesBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGE_FILE_BYTES = 1 << 30;
    private static final int PIECE = 1 << 20;
    private static final int SMALL_FILES = 50_000;
    private static final int SMALL_FILES_A_FOLDER = 200;

    private final Path project;
    private final Path folder;

    private FilesBench(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
    }

    /** Arguments: the project's folder, a folder to work in, {@code large} or {@code small}, runs, GiB of large files. */
    public static void main(String[] arguments) throws Exception {
        FilesBench bench = new FilesBench(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        Files.createDirectories(bench.folder);
        int runs = Integer.parseInt(arguments[3]);
        if (arguments[2].equals("large")) {
            bench.large(runs, Integer.parseInt(arguments[4]));
        } else {
            bench.small(runs);
        }
    }

    private void large(int runs, int gibibytes) throws Exception {
        // what a run of another size left would be backed up, and not copied by dd
        Path data = Files.createDirectories(folder.resolve("large-" + gibibytes));
        for (int i = 0; i < gibibytes; i++) {
            fill(data.resolve("file-" + i), LARGE_FILE_BYTES, i);
        }
        Measured peer = new Measured("dd bs=256k conv=fsync");
        Measured image = new Measured("saddlebag, image written (none)");
        Measured whole = new Measured("saddlebag, whole command");
        for (int run = 0; run <= runs; run++) {
            double dd = 0;
            for (int i = 0; i < gibibytes; i++) {
                dd += seconds(List.of(
                        "dd",
                        "if=" + data.resolve("file-" + i),
                        "of=" + folder.resolve("dd-" + i),
                        "bs=256k",
                        "conv=fsync",
                        "status=none"));
            }
            for (int i = 0; i < gibibytes; i++) {
                Files.delete(folder.resolve("dd-" + i));
            }
            Backup backup = backup(data, "none");
            if (run > 0) {
                peer.add(dd);
                image.add(backup.imageSeconds());
                whole.add(backup.wholeSeconds());
            }
        }
        report(gibibytes * 1024.0, peer, image, whole);
    }

    private void small(int runs) throws Exception {
        Path data = Files.createDirectories(folder.resolve("small"));
        Random random = new Random(1);
        double mebibytes = 0;
        for (int i = 0; i < SMALL_FILES; i++) {
            Path to = Files.createDirectories(data.resolve("folder-" + i / SMALL_FILES_A_FOLDER));
            int bytes = 1024 + random.nextInt(40 * 1024);
            Files.write(to.resolve("file-" + i), text(random, bytes));
            mebibytes += bytes / 1048576.0;
        }
        Measured peer = new Measured("tar | zstd -3 -T2, synced");
        Measured image = new Measured("saddlebag, image written (zstd=3)");
        Measured whole = new Measured("saddlebag, whole command");
        for (int run = 0; run <= runs; run++) {
            Path out = folder.resolve("small.tar.zst");
            double tar = seconds(List.of("tar", "-C", data.toString(), "-I", "zstd -3 -T2", "-cf", out.toString(), "."))
                    + seconds(List.of("sync", out.toString()));
            Files.delete(out);
            Backup backup = backup(data, "zstd=3");
            if (run > 0) {
                peer.add(tar);
                image.add(backup.imageSeconds());
                whole.add(backup.wholeSeconds());
            }
        }
        report(mebibytes, peer, image, whole);
    }

    private static void report(double mebibytes, Measured peer, Measured image, Measured whole) {
        System.out.printf(Locale.ROOT, "%.0f MiB, %d runs, seconds%n", mebibytes, peer.seconds.size());
        for (Measured each : List.of(peer, image, whole)) {
            System.out.printf(
                    Locale.ROOT,
                    "%-36s median %6.2f  min %6.2f  max %6.2f  %5.0f MiB/s  ratio to peer %.2f%n",
                    each.name,
                    each.median(),
                    each.sorted()[0],
                    each.sorted()[each.seconds.size() - 1],
                    mebibytes / each.median(),
                    peer.ratio(each));
        }
    }

    private Backup backup(Path data, String compression) throws Exception {
        Path home = Files.createTempDirectory(folder, "home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 1, mailSlots: 1, cartridges: 2, capacity: 64GiB }
                databases:
                  bulk: { engine: script, paths: [%s], start: ["true"], stop: ["true"] }
                """.formatted(data));
        double whole = seconds(List.of(
                project.resolve("scripts/saddlebag").toString(),
                "backup",
                "bulk",
                "--home",
                home.toString(),
                "--library",
                "vault",
                "--provider",
                "none",
                "--compression",
                compression));
        Process shown = new ProcessBuilder(
                        project.resolve("scripts/saddlebag").toString(), "lsjob", "--json", "--home", home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode steps = JSON.readTree(shown.getInputStream()).path(0).path("steps");
        double image = 0;
        for (JsonNode step : steps) {
            if (step.path("name").asText().startsWith("write image")) {
                Duration took = Duration.between(
                        Instant.parse(step.path("started").asText()),
                        Instant.parse(step.path("ended").asText()));
                image = took.toNanos() / 1e9;
            }
        }
        deleteTree(home.resolve("vault"));
        return new Backup(whole, image);
    }

    private double seconds(List<String> command) throws IOException, InterruptedException {
        long from = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("last-command.log").toFile())
                .start();
        int code = process.waitFor();
        double took = (System.nanoTime() - from) / 1e9;
        if (code != 0) {
            throw new IllegalStateException(
                    command + " ended with " + code + ": " + Files.readString(folder.resolve("last-command.log")));
        }
        return took;
    }

    private static void fill(Path file, long bytes, int seed) throws IOException {
        if (Files.exists(file) && Files.size(file) == bytes) {
            return;
        }
        Random random = new Random(seed);
        byte[] piece = new byte[PIECE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), PIECE)) {
            for (long done = 0; done < bytes; done += PIECE) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    /** Compresses about as source code and logs do. */
    private static byte[] text(Random random, int bytes) {
        StringBuilder text = new StringBuilder(bytes + 16);
        while (text.length() < bytes) {
            text.append("line ")
                    .append(random.nextInt(5000))
                    .append(" value=")
                    .append(random.nextInt())
                    .append('\n');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }

    private record Backup(double wholeSeconds, double imageSeconds) {}

    private static final class Measured {
        private final String name;
        private final List<Double> seconds = new ArrayList<>();

        Measured(String name) {
            this.name = name;
        }

        void add(double value) {
            seconds.add(value);
        }

        double[] sorted() {
            return seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        }

        double median() {
            return sorted()[seconds.size() / 2];
        }

        /** Median of the ratios of neighbouring runs: this one's speed over the other's time, 1 when alike. */
        double ratio(Measured other) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < seconds.size(); i++) {
                ratios.add(seconds.get(i) / other.seconds.get(i));
            }
            ratios.sort(null);
            return ratios.get(ratios.size() / 2);
        }
    }
}
