package io.saddlebag.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Saddlebag as its users have it: the start script, a home folder, and processes. */
final class Product implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Path script;
    private final Path home;
    private final Process service;
    private final Path log;

    private Product(Path script, Path home, Process service, Path log) {
        this.script = script;
        this.home = home;
        this.service = service;
        this.log = log;
    }

    /** Starts {@code saddlebag run} and returns at once. */
    static Product start(Path script, Path home) throws IOException {
        Path log = home.resolve("saddlebag.log");
        Process service = new ProcessBuilder(script.toString(), "run", "--home", home.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Product(script, home, service, log);
    }

    Path log() {
        return log;
    }

    /** Runs one command and returns what it printed, whatever its exit code. */
    Said command(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(script.toString()));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        Process process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        home.resolve("commands.log").toFile()))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Said(process.exitValue(), text);
    }

    /** Waits until a job of that task has ended, and yields it as {@code lsjob --json} shows it. */
    JsonNode endOf(String task) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (!service.isAlive()) {
                throw new IllegalStateException("saddlebag run ended:\n" + Files.readString(log));
            }
            Said said = command("lsjob", "--json");
            if (said.exitCode() != 0) {
                throw new IllegalStateException("saddlebag lsjob failed:\n" + said.text());
            }
            for (JsonNode job : JSON.readTree(said.text())) {
                if (job.path("task").asText().equals(task) && !job.path("ended").isNull()) {
                    return job;
                }
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        throw new IllegalStateException("no job '" + task + "' ended within " + LIMIT + ":\n" + Files.readString(log));
    }

    @Override
    public void close() {
        service.destroy();
        try {
            if (!service.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        } catch (InterruptedException e) {
            service.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    record Said(int exitCode, String text) {}
}
