package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.library.Element;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that need a volume which isn't there. */
@Tag("M5")
class PromptRouteTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        node = MemoryNode.in(home);
        node.patience = Duration.ofMinutes(1);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String uri) {
        return template.send(uri, exchange -> {});
    }

    private Object body(String uri) {
        Exchange done = send(uri);
        assertThat(done.getException()).isNull();
        return done.getMessage().getBody();
    }

    private void backUpTo(String tape) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:back-up")
                        .to(
                                "job:begin?task=backup orders",
                                "database:orders?operation=stop",
                                "snapshot:create",
                                "database:orders?operation=start",
                                "backup:orders")
                        .to(tape)
                        .id("writing")
                        .to("job:end");
            }
        });
    }

    private CompletableFuture<Exchange> going() {
        return CompletableFuture.supplyAsync(() -> send("direct:back-up"));
    }

    private static Exchange end(CompletableFuture<Exchange> going) throws Exception {
        return going.get(30, TimeUnit.SECONDS);
    }

    private List<MemoryCartridge> takeAll() {
        return List.of(node.vault.operatorTakes(Element.slot(1)), node.vault.operatorTakes(Element.slot(2)));
    }

    private List<?> requests() {
        return (List<?>) body("job:requests");
    }

    private Job job() {
        try {
            List<Job> all = node.jobs().jobs();
            return all.get(all.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static VolumeFault fault(Exchange done) {
        return (VolumeFault) ((BackupException) done.getException()).code();
    }

    @Test
    void automatic_fails_at_once_and_names_what_was_wanted() throws Exception {
        takeAll();
        backUpTo("tape:vault?family=nightly&prompt=automatic");

        Exchange done = send("direct:back-up");

        assertThat(fault(done)).isEqualTo(VolumeFault.NO_VOLUME);
        assertThat(done.getException())
                .hasMessageContaining("no volume for a volume of media family nightly: the library is empty")
                .hasMessageContaining("with prompt=automatic there is nobody here to ask");
        assertThat(requests()).isEmpty();
        assertThat(job().state()).isEqualTo(JobState.FAILED);
    }

    @Test
    @Tag("S9")
    void a_route_shows_what_jobs_wait_for_and_answers() throws Exception {
        takeAll();
        backUpTo("tape:vault?family=nightly&prompt=operator");
        CompletableFuture<Exchange> going = going();
        Eventually.holds(() -> !requests().isEmpty());
        assertThat(job().state()).isEqualTo(JobState.WAITING_FOR_OPERATOR);

        assertThat(body("job:reply?job=1&reply=abort&user=jane"))
                .isInstanceOfSatisfying(
                        OperatorRequest.class,
                        request -> assertThat(request.repliedBy()).isEqualTo("jane"));

        Exchange done = end(going);
        assertThat(fault(done)).isEqualTo(VolumeFault.DECLINED);
        assertThat(done.getException()).hasMessageContaining("jane declined: a volume of media family nightly");
        assertThat(send("job:reply?job=1&reply=retry").getException()).hasMessageContaining("SBG-J007");
    }

    @Test
    @Tag("M15")
    void the_volume_s_arrival_lets_the_route_go_on() throws Exception {
        List<MemoryCartridge> taken = takeAll();
        backUpTo("tape:vault?family=nightly");
        CompletableFuture<Exchange> going = going();
        Eventually.holds(() -> !requests().isEmpty());

        node.vault.operatorPuts(taken.get(1), Element.slot(3));

        assertThat(end(going).getException()).isNull();
        assertThat(job().state()).isEqualTo(JobState.COMPLETED);
        assertThat(requests()).isEmpty();
    }

    @Test
    void a_context_that_is_stopped_does_not_wait_for_people() throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        takeAll();
        backUpTo("tape:vault?family=nightly");
        CompletableFuture<Exchange> going = going();
        Eventually.holds(() -> !requests().isEmpty());

        context.stop();
        end(going);

        assertThat(job().state()).isEqualTo(JobState.CANCELLED);
        assertThat(node.jobs().requests(job().name()))
                .singleElement()
                .satisfies(request -> assertThat(request.outcome())
                        .startsWith("nobody waits any more")
                        .contains("was stopped"));
    }

    @Test
    void a_restore_asks_whom_it_is_told_to() throws Exception {
        backUpTo("tape:vault?family=nightly");
        assertThat(send("direct:back-up").getException()).isNull();
        node.vault.drive(1).unload();
        node.vault.operatorTakes(Element.drive(1));

        Exchange failed = send("restore:orders?to=" + home.resolve("restored") + "&prompt=automatic");
        assertThat(failed.getException())
                .hasMessageContaining("SBG-M003 no volume for volume nightly-000001 with barcode SBG001 for reading")
                .hasMessageContaining("prompt=automatic");
        assertThat(send("catalog:verify?backup=1&prompt=automatic").getException())
                .hasMessageContaining("prompt=automatic");

        CompletableFuture<Exchange> waiting =
                CompletableFuture.supplyAsync(() -> send("restore:orders?to=" + home.resolve("restored")));
        Eventually.holds(() -> !requests().isEmpty());
        body("job:reply?job=" + job().name() + "&reply=abort");
        assertThat(end(waiting).getException()).hasMessageContaining("a route declined: volume nightly-000001");
    }

    @Test
    void wrong_options_are_named_when_the_route_is_loaded() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> backUpTo("tape:vault?prompt=everybody")))
                .hasStackTraceContaining("option 'prompt' is 'everybody'; valid are automatic, operator, client");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> backUpTo("job:reply?job=1")))
                .hasStackTraceContaining("reply");
    }

    @Test
    @Tag("M13")
    @Tag("S10")
    void operations_on_a_library_are_jobs_of_their_own_or_steps_of_the_exchange_s_job() throws Exception {
        assertThat(body("library:vault?operation=inventory")).isNotNull();
        assertThat(node.jobs().jobs()).isEmpty();
        body("library:vault?operation=move&from=se1-2&to=se3-4");
        assertThat(job().request().kind()).isEqualTo(io.saddlebag.job.JobKind.MEDIA);
        assertThat(job().request().task()).isEqualTo("library vault movevol se1-2 se3-4");
        assertThat(job().state()).isEqualTo(JobState.COMPLETED);
        assertThat(send("library:vault?operation=load&from=se1&to=dte1").getException())
                .hasMessageContaining("SBG-L001");
        assertThat(job().state()).isEqualTo(JobState.FAILED);

        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:inside")
                        .to("job:begin?task=tidy up", "library:vault?operation=move&from=se3&to=se1", "job:end");
            }
        });
        int before = node.jobs().jobs().size();
        assertThat(send("direct:inside").getException()).isNull();
        assertThat(node.jobs().jobs()).hasSize(before + 1);
        assertThat(job().steps())
                .extracting(Job.Step::name)
                .containsExactly("library vault movevol se3 se1", "movevol se3 to se1");
    }

    @Test
    @Tag("M12")
    void of_several_cartridges_each_has_its_result_and_a_failure_names_its_own() {
        assertThat((List<?>) body("library:vault?operation=label&cartridge=1-2&family=nightly"))
                .hasSize(2);
        assertThat((List<?>) body("library:vault?operation=identify&cartridge=SBG001,se2"))
                .hasSize(2);
        Exchange failed = send("library:vault?operation=unlabel&cartridge=1-3");
        assertThat(failed.getException())
                .hasMessageContaining("SBG-O001 3 of 3 failed: se1: SBG-M013 volume nightly-000001 is still needed")
                .hasMessageContaining("se3: SBG-M015 there is no cartridge with se3");
        assertThat((List<?>) body("library:vault?operation=reuse&cartridge=1-2&evenIfInUse=true"))
                .hasSize(2);
        assertThatThrownBy(() -> send("library:vault?operation=label&cartridge=1-2&volume=MINE"))
                .hasStackTraceContaining("one volume id can't be given to several cartridges");
        assertThatThrownBy(() -> send("library:vault?operation=reuse"))
                .hasStackTraceContaining("needs option 'volume'");
        assertThatThrownBy(() -> send("library:vault?operation=load&from=1-2&to=dte1"))
                .hasStackTraceContaining("one element at a time");
    }

    @Test
    @Tag("M13")
    void a_cartridge_is_carried_in_and_out_by_hand_and_the_robot_looks() throws Exception {
        Exchange refused = send("library:vault?operation=extract&from=se2&prompt=automatic");
        assertThat(refused.getException())
                .hasMessageContaining("SBG-O002 cartridge SBG002 is still in se2 of library vault");

        CompletableFuture<Object> taken =
                CompletableFuture.supplyAsync(() -> body("library:vault?operation=extract&from=se2"));
        Eventually.holds(() -> !requests().isEmpty());
        assertThat(job().state()).isEqualTo(JobState.WAITING_FOR_OPERATOR);
        MemoryCartridge cartridge = node.vault.operatorTakes(Element.slot(2));
        assertThat(taken.get(30, TimeUnit.SECONDS)).hasToString("SBG002");

        CompletableFuture<Exchange> put =
                CompletableFuture.supplyAsync(() -> send("library:vault?operation=insert&cartridge=SBG002&to=se4"));
        Eventually.holds(() -> !requests().isEmpty());
        node.vault.operatorPuts(cartridge, Element.slot(4));
        assertThat(end(put).getException()).isNull();
        assertThat(job().request().task()).isEqualTo("library vault insertvol SBG002 se4");
    }
}
