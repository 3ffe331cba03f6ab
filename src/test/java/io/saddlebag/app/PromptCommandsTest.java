package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that need somebody's hand, answered through the command line. One cartridge, which lies outside at first. */
@Tag("M5")
class PromptCommandsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final String CARTRIDGE = "SBG001L6";
    private static final String USER = System.getProperty("user.name", "nobody");

    @TempDir
    Path home;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("ledger"));
        Files.writeString(home.resolve("ledger/book"), "one\ntwo\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault: { folder: vault, patience: 1m, create: { slots: 3, drives: 1, mailSlots: 1, cartridges: 1, capacity: 8MiB } }
                databases:
                  ledger: { engine: script, paths: [%s], start: ["true"], stop: ["true"] }
                """.formatted(home.resolve("ledger")));
        run("library", "vault", "extractvol", "1").ok();
    }

    private Said run(String... arguments) {
        return CommandLineInProcess.run(home, arguments);
    }

    private static String[] backup(String... further) {
        List<String> all = new ArrayList<>(List.of("backup", "ledger", "--library", "vault", "--provider", "none"));
        all.addAll(List.of(further));
        return all.toArray(String[]::new);
    }

    private CompletableFuture<Said> backing(Surroundings.Terminal terminal, String... further) {
        return CompletableFuture.supplyAsync(() -> CommandLineInProcess.run(home, terminal, backup(further)));
    }

    private static Said end(CompletableFuture<Said> command) throws Exception {
        return command.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static JsonNode newestBackup(JsonNode jobs) {
        JsonNode newest = null;
        for (JsonNode each : jobs) {
            newest = each.path("kind").asText().equals("backup") ? each : newest;
        }
        return newest;
    }

    /** The newest backup's job, once it is as wished. */
    private JsonNode job(Predicate<JsonNode> wished) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        JsonNode newest = null;
        while (System.nanoTime() - end < 0) {
            JsonNode jobs = run("lsjob", "--json").ok().json();
            newest = newestBackup(jobs);
            if (newest != null && wished.test(newest)) {
                return newest;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("the newest job never came to that: " + newest);
    }

    private JsonNode waiting(int request) {
        return job(job -> job.path("state").asText().equals("waiting-for-operator")
                && job.path("waitsFor").path(0).path("number").asInt() == request);
    }

    private String transcript(JsonNode job) {
        return run("catxcr", job.path("name").asText()).ok().out();
    }

    @Test
    @Tag("S9")
    @Tag("S7")
    void a_waiting_job_shows_what_it_asks_and_anybody_answers_it() throws Exception {
        CompletableFuture<Said> backup = backing(Surroundings.Terminal.NONE);
        JsonNode job = waiting(1);
        String name = job.path("name").asText();
        JsonNode asked = job.path("waitsFor").path(0);
        assertThat(asked.path("kind").asText()).isEqualTo("volume");
        assertThat(asked.path("asks").asText()).isEqualTo("operator");
        assertThat(asked.path("wanted").asText())
                .startsWith("a volume outside of any media family: the library is empty is needed in library vault");
        assertThat(asked.path("replies")).extracting(JsonNode::asText).containsExactly("retry", "abort");
        assertThat(run("lsjob").ok().out()).contains("asks operator (request 1): a volume");

        assertThat(run("rpyjob", name).ends(2).err())
                .contains("--retry")
                .contains("--accept")
                .contains("--abort");
        assertThat(run("rpyjob", name, "--accept").ends(1).err())
                .contains("SBG-J008 'accept' is no answer to request 1 of job " + name)
                .contains("Valid are: retry, abort.");
        assertThat(run("rpyjob", name, "--retry").ok().out())
                .contains("request 1")
                .contains("is answered: retry");
        waiting(2);
        run("rpyjob", name, "--abort", "--request", "2").ok();

        Said ended = end(backup).ends(1);
        assertThat(ended.out()).contains("SBG-M031 " + USER + " declined: a volume");
        assertThat(ended.err())
                .contains("job " + name + " waits (request 1): a volume")
                .contains("saddlebag rpyjob " + name + " --retry|--abort")
                .contains("request 1: " + USER + " answered: retry");
        assertThat(transcript(job)).contains("request 2: " + USER + " answered: abort");
        assertThat(run("rpyjob", name, "--retry").ends(1).err())
                .contains("SBG-J007 job " + name + " can't be answered: it is failed");
    }

    @Test
    @Tag("M15")
    void the_cartridge_s_arrival_is_an_answer_too() throws Exception {
        CompletableFuture<Said> backup = backing(Surroundings.Terminal.NONE, "--prompt", "operator");
        waiting(1);
        run("library", "vault", "insertvol", CARTRIDGE, "2").ok();

        end(backup).ok();
        assertThat(transcript(job(job -> true))).contains("request 1: the library has changed; the job goes on");
    }

    @Test
    @Tag("S9")
    void a_job_that_waits_can_be_cancelled() throws Exception {
        CompletableFuture<Said> backup = backing(Surroundings.Terminal.NONE);
        String name = waiting(1).path("name").asText();
        run("canceljob", name).ok();

        assertThat(end(backup).ends(1).out()).contains("cancelled");
        assertThat(job(job -> true).path("waitsFor")).isEmpty();
    }

    @Test
    void automatic_without_a_terminal_fails_at_once_and_names_the_volume() {
        Said said = run(backup("--prompt", "automatic", "--format", "new_tape", "--label", "TAPE07"));
        assertThat(said.ends(1).out())
                .contains("SBG-M003 no volume for a volume outside of any media family with label TAPE07")
                .contains("with prompt=automatic there is nobody here to ask");
        assertThat(run(backup("--prompt", "somebody")).ends(2).err())
                .contains("option 'prompt' is 'somebody'; valid are automatic, operator, client");
    }

    /** Types what it is told to, once it was asked. */
    private static final class Typist implements Surroundings.Terminal {
        final Queue<String> lines = new ArrayDeque<>();
        private int empty;

        Typist(String... lines) {
            this.lines.addAll(List.of(lines));
        }

        @Override
        public boolean watches() {
            return false; // no progress bar in the test's own output
        }

        @Override
        public boolean answers() {
            return true;
        }

        /** Nothing was typed before a question. */
        @Override
        public synchronized Optional<String> typed() {
            return empty++ == 0 ? Optional.empty() : Optional.ofNullable(lines.poll());
        }
    }

    @Test
    void whoever_sits_at_the_terminal_is_asked_there() throws Exception {
        for (String prompt : List.of("client", "automatic")) {
            Said said = end(backing(new Typist("what?", "Abort"), "--prompt", prompt));
            assertThat(said.ends(1).out()).contains("SBG-M031 " + USER + " declined");
            assertThat(said.err())
                    .contains("a volume outside of any media family")
                    .contains("answer (retry, abort): answer (retry, abort): ");
        }
    }

    @Test
    void without_a_terminal_the_client_s_question_goes_to_the_operators_and_that_is_said() throws Exception {
        CompletableFuture<Said> backup = backing(Surroundings.Terminal.NONE, "--prompt", "client");
        JsonNode job = waiting(1);
        assertThat(job.path("waitsFor").path(0).path("asks").asText()).isEqualTo("operator");
        assertThat(transcript(job)).contains("nobody sits at a terminal of this process: operators are asked instead");
        run("rpyjob", job.path("name").asText(), "--abort").ok();
        end(backup).ends(1);
    }

    @Test
    @Tag("M10")
    void a_label_mismatch_is_accepted_by_answer_or_beforehand_and_both_are_logged() throws Exception {
        run("library", "vault", "insertvol", CARTRIDGE, "1").ok();
        run(backup("--format", "new_tape", "--label", "TAPE01")).ok();

        CompletableFuture<Said> backup =
                backing(Surroundings.Terminal.NONE, "--format", "new_tape", "--label", "TAPE02");
        JsonNode job = waiting(1);
        assertThat(job.path("waitsFor").path(0).path("kind").asText()).isEqualTo("label");
        assertThat(job.path("waitsFor").path(0).path("wanted").asText())
                .startsWith("volume TAPE01 in dte1, where label TAPE02 was expected: may it be used");
        run("rpyjob", job.path("name").asText(), "--accept").ok();
        end(backup).ok();
        assertThat(transcript(job(j -> true)))
                .contains("volume TAPE01 in dte1, where label TAPE02 was expected, was accepted by the operator");

        run(backup("--format", "new_tape", "--label", "TAPE03", "--accept-label"))
                .ok();
        assertThat(transcript(job(j -> true)))
                .contains("volume TAPE01 in dte1, where label TAPE03 was expected, is taken and keeps its label");
    }

    @Test
    @Tag("S7")
    @Tag("W21")
    void what_a_dead_process_asked_is_closed_by_the_next_start() throws Exception {
        String name;
        try (Node node = LocalNode.open(home, Client.ABSENT)) {
            JobRun job = node.jobs()
                    .begin(new JobRequest("backup x", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.SKIP)
                    .orElseThrow();
            job.ask(new OperatorRequest.Question(
                    OperatorRequest.Kind.VOLUME, OperatorRequest.Audience.OPERATOR, "a volume"));
            name = job.name().value();
        }
        assertThat(run("lsjob", name).ok().out())
                .contains("waiting-for-operator")
                .contains("asks operator");
        assertThat(run("rpyjob", name, "--retry").ends(1).err())
                .contains("can't be answered: its process died; the next start of the node ends it");
        new NodeLauncher().start(home).close();
        assertThat(run("lsjob", name).ok().out()).contains("failed").doesNotContain("asks operator");
        try (Node node = LocalNode.open(home, Client.ABSENT)) {
            assertThat(node.jobs().requests(new io.saddlebag.job.JobName(name)))
                    .singleElement()
                    .extracting(OperatorRequest::outcome)
                    .isEqualTo("the job ended as failed");
        }
    }
}
