package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled program waits for people: at a terminal of its own, and killed while it waits. */
@Tag("M5")
class PromptIT {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @TempDir
    Path home;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("ledger"));
        Files.writeString(home.resolve("ledger/book"), "one\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault: { folder: vault, patience: 5m, create: { slots: 3, drives: 1, mailSlots: 1, cartridges: 1, capacity: 8MiB } }
                databases:
                  ledger: { engine: script, paths: [%s], start: ["true"], stop: ["true"] }
                """.formatted(home.resolve("ledger")));
        run("library", "vault", "extractvol", "1").ok();
    }

    private Said run(String... arguments) {
        return CommandLineInProcess.run(home, arguments);
    }

    private String[] backup(String prompt) {
        return new String[] {"backup", "ledger", "--library", "vault", "--provider", "none", "--prompt", prompt};
    }

    private JsonNode newestJob() {
        JsonNode jobs = run("lsjob", "--json").ok().json();
        return jobs.path(jobs.size() - 1);
    }

    private void awaitQuestion() throws Exception {
        Until.holds(
                "a job that waits", PATIENT, () -> !newestJob().path("waitsFor").isEmpty());
    }

    /** A pseudo terminal around the program; its input is what somebody types. */
    private Process atTerminal(Path screen, String... command) throws IOException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Site.library() + "/*",
                "io.saddlebag.app.Main"));
        java.addAll(List.of(command));
        java.addAll(List.of("--home", home.toString()));
        String line = java.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        return new ProcessBuilder("script", "-qec", line, "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(screen.toFile())
                .start();
    }

    private static void type(Process process, String text) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    @Test
    void whoever_sits_at_the_terminal_answers_there() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/script")), "needs script (util-linux) for a terminal");
        for (String prompt : List.of("client", "automatic")) {
            Path screen = home.resolve("screen-" + prompt);
            Process process = atTerminal(screen, backup(prompt));
            Until.holds("a question", PATIENT, () -> Files.readString(screen).contains("answer (retry, abort): "));
            assertThat(newestJob().path("waitsFor").path(0).path("asks").asText())
                    .isEqualTo("client");
            type(process, "abort");

            assertThat(process.waitFor(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(Files.readString(screen)).contains("SBG-M031").contains("declined");
        }
    }

    @Test
    @Tag("S7")
    void the_request_of_a_killed_process_is_closed_by_the_next_start() throws Exception {
        Process process = Site.start(home, home.resolve("log"), backup("operator"));
        awaitQuestion();
        String name = newestJob().path("name").asText();
        process.destroyForcibly().waitFor();

        assertThat(run("rpyjob", name, "--retry").ends(1).err()).contains("its process died");
        // any command that works, not only looks, puts right what dead processes left
        assertThat(run("verify", "77").ends(1).err()).contains("77");
        assertThat(newestJob().path("state").asText()).isEqualTo("failed");
        assertThat(newestJob().path("waitsFor")).isEmpty();
    }
}
