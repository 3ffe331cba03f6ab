package io.saddlebag.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A place where Saddlebag works, with a library of its own; used through the command line, as its users do. */
final class Site implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path program;
    private final Path home;
    private final Commands commands;

    private Site(Path program, Path home, Commands commands) {
        this.program = program;
        this.home = home;
        this.commands = commands;
    }

    /** @param data what is backed up */
    static Site create(Path project, Path folder, Path data) throws IOException {
        Path home = Files.createTempDirectory(folder, "home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 1, mailSlots: 1, cartridges: 2, capacity: 64GiB }
                families:
                  bench: { retention: 1d }
                pools:
                  disk: { folder: pool }
                databases:
                  bulk: { engine: script, paths: [%s], start: ["true"], stop: ["true"] }
                """.formatted(data));
        Files.writeString(
                Files.createDirectories(home.resolve("config/datasets")).resolve("tree.ds"),
                "include path " + data + "\n");
        return new Site(project.resolve("scripts/saddlebag"), home, new Commands(folder));
    }

    /** @param options of the tape */
    Backup backup(String compression, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("backup", "bulk", "--library", "vault", "--provider", "none", "--compression", compression));
        command.addAll(List.of(options));
        double whole = seconds(command.toArray(String[]::new));
        return new Backup(whole, stepSeconds("write image"));
    }

    /** Of the files as a dataset, into a pool: what changed since the last time, everything at first. */
    Backup incremental() throws IOException, InterruptedException {
        double whole = seconds(
                "backup",
                "--dataset",
                "tree",
                "--pool",
                "disk",
                "--provider",
                "none",
                "--compression",
                "zstd=3",
                "--level",
                "10");
        return new Backup(whole, stepSeconds("write image"));
    }

    /** @return wall time of the whole command, seconds */
    double seconds(String... command) throws IOException, InterruptedException {
        return commands.seconds(commandLine(command));
    }

    /** What the newest job's step of that name took. */
    private double stepSeconds(String name) throws IOException {
        Process shown = new ProcessBuilder(commandLine("lsjob", "--json"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode jobs = JSON.readTree(shown.getInputStream());
        for (JsonNode step : jobs.path(jobs.size() - 1).path("steps")) {
            if (step.path("name").asText().startsWith(name)) {
                Duration took = Duration.between(
                        Instant.parse(step.path("started").asText()),
                        Instant.parse(step.path("ended").asText()));
                return took.toNanos() / 1e9;
            }
        }
        throw new IllegalStateException("the job had no step " + name);
    }

    /** A node of it, to be asked by files. */
    RunningNode run(Path project) throws IOException {
        return RunningNode.start(project, home);
    }

    private List<String> commandLine(String... command) {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(command));
        line.addAll(List.of("--home", home.toString()));
        return line;
    }

    /** Frees what takes room; the rest is small, and the last lease's guard may still be tidying up there. */
    @Override
    public void close() throws IOException {
        for (String folder : List.of("vault", "pool")) {
            delete(home.resolve(folder));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }

    /** What one took, seconds. */
    record Backup(double wholeSeconds, double imageSeconds) {}
}
