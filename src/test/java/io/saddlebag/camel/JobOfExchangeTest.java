package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.SendProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However an exchange ends, its job ends with it, and what was stopped is started. */
class JobOfExchangeTest {
    private static final String STOPPED = "stop, then whatever comes";

    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    /** Begins a job and stops the database; the given steps, indented by four, come after. */
    private Exchange run(String steps) throws Exception {
        Routes.load(context, route("direct:go", STOPPED, steps));
        return template.send("direct:go", exchange -> {});
    }

    private static String route(String from, String task, String steps) {
        return """
                - route:
                    from:
                      uri: "%s"
                      steps:
                        - to: { uri: "job:begin", parameters: { task: "%s" } }
                        - to: { uri: "database:orders", parameters: { operation: stop } }
                %s
                """.formatted(from, task, steps.indent(8).stripTrailing());
    }

    private void assertRunningAgain(JobState state) throws IOException {
        assertThat(node.orders.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(node.onlyJob().state()).isEqualTo(state);
    }

    @Test
    @Tag("W3")
    void a_route_without_an_end_ends_its_job() throws Exception {
        assertThat(run("").getException()).isNull();

        assertRunningAgain(JobState.COMPLETED);
    }

    @Test
    @Tag("W3")
    void a_foreign_step_that_fails_fails_the_job() throws Exception {
        Exchange done =
                run("- throwException: { exceptionType: java.io.IOException, message: the mail server is away }");

        assertThat(done.getException()).hasMessage("the mail server is away");
        assertRunningAgain(JobState.FAILED);
        assertThat(node.onlyJob().cause()).contains("the mail server is away");
    }

    @Test
    @Tag("W3")
    void a_route_that_is_stopped_early_ends_its_job() throws Exception {
        run("- stop: {}");

        assertRunningAgain(JobState.COMPLETED);
    }

    @Test
    @Tag("W3")
    void a_failure_that_an_error_handler_handles_fails_the_job_all_the_same() throws Exception {
        Routes.load(context, """
                - routeConfiguration:
                    id: swallow
                    onException:
                      - onException:
                          exception: [ "java.lang.Exception" ]
                          handled: { constant: "true" }
                          steps:
                            - log: swallowed
                """);
        Routes.load(
                context,
                route("direct:go", STOPPED, "- throwException: { exceptionType: java.io.IOException, message: away }")
                        .replace("- route:\n", "- route:\n    routeConfigurationId: swallow\n"));

        Exchange done = template.send("direct:go", exchange -> {});

        assertThat(done.getException()).isNull();
        assertRunningAgain(JobState.FAILED);
        assertThat(node.onlyJob().cause()).contains("away");
    }

    /** The job's own route, asked for by one that catches whatever comes of it. */
    private void runWithin(String steps) throws Exception {
        Routes.load(context, route("direct:job", STOPPED, steps));
        Routes.load(context, """
                - route:
                    from:
                      uri: "direct:go"
                      steps:
                        - doTry:
                            steps:
                              - to: direct:job
                            doCatch:
                              - exception: [ "java.lang.Exception" ]
                                steps:
                                  - log: never mind
                """);
        assertThat(template.send("direct:go", exchange -> {}).getException()).isNull();
    }

    @Test
    @Tag("W3")
    void a_job_whose_route_failed_is_failed_also_where_its_caller_does_not_mind() throws Exception {
        runWithin("""
                - throwException: { exceptionType: java.io.IOException, message: away }
                - to: job:end
                """);

        assertRunningAgain(JobState.FAILED);
        assertThat(node.onlyJob().cause()).contains("away");
    }

    @Test
    @Tag("W3")
    void a_target_that_there_is_not_fails_the_job_also_where_the_caller_does_not_mind() throws Exception {
        runWithin("""
                - to: snapshot:create
                - to: backup:orders
                - to: { uri: "tape:vault", parameters: { family: nobodys } }
                - to: job:end
                """);

        assertRunningAgain(JobState.FAILED);
        assertThat(node.onlyJob().cause()).contains("nobodys");
    }

    @Test
    @Tag("W3")
    void a_target_that_there_is_not_fails_the_job_at_its_end() throws Exception {
        Exchange done = run("""
                - to: snapshot:create
                - to: backup:orders
                - doTry:
                    steps:
                      - to: { uri: "tape:vault", parameters: { family: nobodys } }
                    doCatch:
                      - exception: [ "java.lang.Exception" ]
                        steps:
                          - log: never mind
                - to: job:end
                """);

        assertThat(done.getException()).hasMessageContaining("nobodys");
        assertRunningAgain(JobState.FAILED);
    }

    @Test
    @Tag("W3")
    void a_foreign_failure_that_was_handled_is_none_of_the_job_that_came_to_its_end() throws Exception {
        run("""
                - doTry:
                    steps:
                      - throwException: { exceptionType: java.io.IOException, message: no mail today }
                    doCatch:
                      - exception: [ "java.lang.Exception" ]
                        steps:
                          - log: never mind
                - to: job:end
                """);

        assertRunningAgain(JobState.COMPLETED);
    }

    @Test
    @Tag("W3")
    void a_phase_that_failed_and_was_caught_fails_the_job_at_its_end() throws Exception {
        node.snapshots.failing.set(1);

        Exchange done = run("""
                - doTry:
                    steps:
                      - to: snapshot:create
                    doCatch:
                      - exception: [ "java.lang.Exception" ]
                        steps:
                          - log: never mind
                - to: job:end
                """);

        assertThat(done.getException()).hasMessageContaining("no snapshot could be taken");
        assertThat(done.getMessage().getHeaders()).containsEntry(SaddlebagHeaders.JOB_STATE, "failed");
        assertRunningAgain(JobState.FAILED);
    }

    @Test
    @Tag("W3")
    void a_phase_that_went_well_the_second_time_is_no_failure() throws Exception {
        node.snapshots.failing.set(1);

        Exchange done = run("""
                - doTry:
                    steps:
                      - to: snapshot:create
                    doCatch:
                      - exception: [ "java.lang.Exception" ]
                        steps:
                          - to: "snapshot:create?provider=copy"
                - to: job:end
                """);

        assertThat(done.getException()).isNull();
        assertRunningAgain(JobState.COMPLETED);
        assertThat(node.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    void a_job_goes_along_when_another_thread_takes_the_exchange_over() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        context.getRegistry().bind("gate", (Processor) exchange -> {
            seen.countDown();
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
        });
        Routes.load(context, """
                - route:
                    from:
                      uri: "seda:rest"
                      steps:
                        - process: { ref: gate }
                        - to: snapshot:create
                        - to: { uri: "database:orders", parameters: { operation: start } }
                        - to: { uri: "backup:orders" }
                        - to: { uri: "tape:vault", parameters: { family: nightly } }
                """);

        run("- to: \"seda:rest\"");
        assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(node.onlyJob().state()).isEqualTo(JobState.RUNNING);
        assertThat(node.orders.state()).isEqualTo(DatabaseState.STOPPED);
        goOn.countDown();
        Eventually.holds(() -> ended());
        assertRunningAgain(JobState.COMPLETED);
        assertThat(node.backupsComplete()).containsExactly("orders");
    }

    private boolean ended() {
        try {
            return node.onlyJob().state().ended();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Tag("W3")
    void an_error_in_a_phase_ends_the_job() throws Exception {
        node.whenWriting = image -> {
            throw new NoClassDefFoundError("io/example/Gone");
        };

        Exchange done = run("""
                - to: snapshot:create
                - to: backup:orders
                - to: tape:vault
                """);

        assertThat(done.getException()).hasMessageContaining("io/example/Gone");
        assertRunningAgain(JobState.FAILED);
        assertThat(node.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    @Tag("E2")
    void a_context_that_is_stopped_cancels_what_is_still_being_written() throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        CountDownLatch writing = new CountDownLatch(1);
        CompletableFuture<Exchange> going = new CompletableFuture<>();
        Routes.load(context, route("direct:go", STOPPED, """
                        - to: snapshot:create
                        - to: backup:orders
                        - to: { id: writing, uri: "tape:vault", parameters: { family: nightly } }
                        - to: job:end
                        """));
        node.whenWriting = image -> {
            writing.countDown();
            Eventually.holds(() -> context.isStopped() || !tapeMayRun());
        };

        Thread route = new Thread(() -> going.complete(template.send("direct:go", exchange -> {})));
        route.start();
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        context.stop();
        // whoever closes the node next finds no job at work
        assertThat(node.onlyJob().state().ended()).isTrue();
        route.join(30_000);

        assertThat(going).isCompleted();
        assertRunningAgain(JobState.CANCELLED);
        assertThat(node.backupsComplete()).isEmpty();
        assertThat(node.snapshots.left()).isEmpty();
    }

    private boolean tapeMayRun() {
        SendProcessor step = context.getProcessor("writing", SendProcessor.class);
        return step != null && step.isRunAllowed();
    }

    @Test
    @Tag("W18")
    void of_two_exchanges_with_one_task_the_second_is_skipped_and_says_so() throws Exception {
        Exchange[] second = new Exchange[1];
        Routes.load(context, route("direct:other", STOPPED, "- setBody: { constant: ran }"));
        context.getRegistry().bind("meanwhile", (Processor)
                exchange -> second[0] = context.createProducerTemplate().send("direct:other", other -> {}));

        Exchange first = run("- process: { ref: meanwhile }");

        assertThat(first.getException()).isNull();
        assertThat(second[0].getException()).isNull();
        assertThat(second[0].getMessage().getHeaders()).containsEntry(SaddlebagHeaders.SKIPPED, true);
        assertThat(second[0].getMessage().getBody()).isNull();
        List<Job> jobs = node.jobs().jobs();
        assertThat(jobs).extracting(Job::state).containsExactly(JobState.COMPLETED, JobState.SUPERSEDED);
        assertThat(jobs.get(1).cause()).contains("job 1 runs '" + STOPPED + "' already");
        assertThat(node.events).containsExactly("stop orders", "start orders");
    }

    @Test
    @Tag("W18")
    void of_two_exchanges_with_one_task_the_second_waits_when_told_so() throws Exception {
        Routes.load(
                context,
                route("direct:other", STOPPED, "- setBody: { constant: ran }")
                        .replace("task: \"" + STOPPED + "\"", "task: \"" + STOPPED + "\", overlap: wait"));
        CompletableFuture<Exchange> second = new CompletableFuture<>();
        context.getRegistry().bind("meanwhile", (Processor) exchange -> {
            Thread other = new Thread(
                    () -> second.complete(context.createProducerTemplate().send("direct:other", another -> {})));
            other.start();
            Eventually.holds(() -> jobs() == 2);
        });

        run("- process: { ref: meanwhile }");

        assertThat(second.get(30, TimeUnit.SECONDS).getMessage().getBody()).isEqualTo("ran");
        assertThat(node.events).containsExactly("stop orders", "start orders", "stop orders", "start orders");
        assertThat(node.jobs().jobs()).extracting(Job::state).containsOnly(JobState.COMPLETED);
    }

    private int jobs() {
        try {
            return node.jobs().jobs().size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
