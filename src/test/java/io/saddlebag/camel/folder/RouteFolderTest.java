package io.saddlebag.camel.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.folder.local.LocalRouteFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Camel's own reloading gets wrong, one test a case: on a real context and a real folder, with looks at it and time
 * moved by hand.
 */
@Tag("W19")
class RouteFolderTest {
    private static final Duration QUIET = Duration.ofSeconds(2);

    @TempDir
    Path root;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovedClock clock = new MovedClock();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final java.util.concurrent.atomic.AtomicInteger runs = new java.util.concurrent.atomic.AtomicInteger();
    private Folder folder;
    private RouteFolder routes;

    @BeforeEach
    void start() {
        folder = Folder.with(root);
        context.getRegistry().bind("gate", (org.apache.camel.Processor) exchange -> {
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
        });
        context.getRegistry().bind("count", (org.apache.camel.Processor) exchange -> runs.incrementAndGet());
        // what isn't there is to be seen at once
        context.addComponent("direct", new org.apache.camel.component.direct.DirectComponent());
        context.getComponent("direct", org.apache.camel.component.direct.DirectComponent.class)
                .setBlock(false);
        context.start();
        routes = new RouteFolder(
                context,
                FolderSetup.of(root, new LocalRouteFiles(), MirrorContexts.of(context), clock)
                        .withQuiet(QUIET));
    }

    @AfterEach
    void stop() {
        release.countDown();
        context.stop();
    }

    /** Looks until a change that was just made has come to rest. */
    private void settle() {
        routes.scanOnce();
        clock.pass(QUIET);
        routes.scanOnce();
    }

    private static String route(String id, String from, String answer) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: { constant: "%s" }
                """.formatted(id, from, answer);
    }

    private String ask(String from) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            return template.requestBody("direct:" + from, "", String.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> ids() {
        return context.getRoutes().stream().map(Route::getRouteId).sorted().toList();
    }

    private UnitState state(String name) {
        return routes.states().stream()
                .filter(state -> state.file().equals(folder.file(name)))
                .findFirst()
                .orElseThrow();
    }

    private HealthCheck.Result health() {
        return new RouteFolderHealthCheck(routes).call();
    }

    private String note(String name) throws Exception {
        return Files.readString(folder.file(name + ".error")).replace(root + "/", "");
    }

    private boolean hasNote(String name) {
        return Files.exists(folder.file(name + ".error"));
    }

    @Test
    void an_edited_file_is_swapped_and_others_stay_untouched() {
        folder.put("a.yaml", route("a", "a", "one"));
        folder.put("b.yaml", route("b", "b", "other"));
        settle();
        Route other = context.getRoute("b");

        folder.put("a.yaml", route("a", "a", "two two"));
        settle();

        assertThat(ask("a")).isEqualTo("two two");
        assertThat(context.getRoute("b")).isSameAs(other);
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.LOADED);
        assertThat(routes.fileOf("a")).contains(folder.file("a.yaml"));
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void a_new_file_is_loaded_once_only() throws Exception {
        settle();
        folder.put("once.yaml", """
                - route:
                    id: once
                    from:
                      uri: timer:once?delay=0&repeatCount=1
                      steps:
                        - process: { ref: count }
                        - process: { ref: gate }
                """);
        settle();
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        release.countDown();
        Route loaded = context.getRoute("once");
        settle();
        settle();

        assertThat(context.getRoute("once")).isSameAs(loaded);
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_deleted_file_takes_its_routes_with_it() {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        folder.delete("a.yaml");
        settle();

        assertThat(ids()).isEmpty();
        assertThat(context.getRouteDefinition("a")).isNull();
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REMOVED);
    }

    @Test
    void a_file_that_is_saved_by_deleting_it_is_never_without_routes() {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();
        Route loaded = context.getRoute("a");

        folder.delete("a.yaml");
        routes.scanOnce();
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        assertThat(context.getRoute("a")).isSameAs(loaded);
    }

    @Test
    void an_unmounted_folder_takes_no_routes_away() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        Path away = root.resolveSibling(root.getFileName() + "-away");
        Files.move(root, away);
        settle();

        assertThat(ask("a")).isEqualTo("one");
        assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
        Files.move(away, root);
        settle();
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void a_renamed_id_leaves_no_twin() {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        folder.put("a.yaml", route("renamed", "a", "one"));
        settle();

        assertThat(ids()).containsExactly("renamed");
    }

    @Test
    void a_route_that_moves_to_another_file_is_swapped_at_once() {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        folder.delete("a.yaml");
        folder.put("b.yaml", route("a", "a", "moved"));
        settle();

        assertThat(ask("a")).isEqualTo("moved");
        assertThat(routes.fileOf("a")).contains(folder.file("b.yaml"));
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REMOVED);
    }

    private static final String TEMPLATE = """
            - routeTemplate:
                id: answering
                parameters:
                  - name: door
                  - { name: word, defaultValue: plain }
                from:
                  uri: "direct:{{door}}"
                  steps:
                    - setBody: { simple: "%s {{word}}" }
            """;

    private static String instance(String id, String word) {
        return """
                - templatedRoute:
                    routeTemplateRef: answering
                    routeId: %s
                    parameters:
                      - { name: door, value: %s }
                      - { name: word, value: %s }
                """.formatted(id, id, word);
    }

    @Test
    @Tag("E4")
    void an_edited_template_makes_its_instances_anew() {
        // by name the instance comes first: the order of loading is that of the kinds
        folder.put("a.yaml", instance("a", "first"));
        folder.put("t.yaml", TEMPLATE.formatted("hello"));
        settle();
        assertThat(ask("a")).isEqualTo("hello first");

        folder.put("t.yaml", TEMPLATE.formatted("good morning"));
        settle();

        assertThat(ask("a")).isEqualTo("good morning first");
        assertThat(ids()).containsExactly("a");
        assertThat(state("a.yaml").routes()).containsExactly("a");
    }

    @Test
    @Tag("E4")
    void an_edited_instance_is_swapped_and_the_others_of_its_template_stay() {
        folder.put("a.yaml", instance("a", "first"));
        folder.put("b.yaml", instance("b", "first"));
        folder.put("t.yaml", TEMPLATE.formatted("hello"));
        settle();
        Route other = context.getRoute("b");

        folder.put("a.yaml", instance("a", "second"));
        settle();

        assertThat(ask("a")).isEqualTo("hello second");
        assertThat(context.getRoute("b")).isSameAs(other);
    }

    @Test
    void a_template_that_would_break_its_instances_is_refused() throws Exception {
        folder.put("a.yaml", instance("a", "first"));
        folder.put("t.yaml", TEMPLATE.formatted("hello"));
        settle();

        folder.put("t.yaml", TEMPLATE.formatted("hello").replace("word", "noun"));
        settle();

        assertThat(ask("a")).isEqualTo("hello first");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.LOADED);
        assertThat(note("t.yaml"))
                .contains(
                        "t.yaml:2:9: SBG-R021 with it a.yaml:6:9 would be wrong: template 'answering' has no parameter"
                                + " 'word'");
    }

    @Test
    void a_template_and_its_instance_may_change_together() {
        folder.put("a.yaml", instance("a", "first"));
        folder.put("t.yaml", TEMPLATE.formatted("hello"));
        settle();

        folder.put("t.yaml", TEMPLATE.formatted("hello").replace("word", "noun"));
        folder.put("a.yaml", instance("a", "second").replace("word", "noun"));
        settle();

        assertThat(ask("a")).isEqualTo("hello second");
    }

    @Test
    void the_instances_of_a_deleted_template_run_on_and_are_shown() {
        folder.put("a.yaml", instance("a", "first"));
        folder.put("t.yaml", TEMPLATE.formatted("hello"));
        settle();

        folder.delete("t.yaml");
        settle();
        settle();

        assertThat(ask("a")).isEqualTo("hello first");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REJECTED);
        assertThat(state("a.yaml").message()).endsWith("there is no route template 'answering'");

        folder.put("t.yaml", TEMPLATE.formatted("hello again"));
        settle();
        assertThat(ask("a")).isEqualTo("hello again first");
        assertThat(hasNote("a.yaml")).isFalse();
    }

    @Test
    @Tag("E10")
    void a_syntax_error_keeps_what_runs_and_doesnt_stop_other_edits() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        folder.put("b.yaml", route("b", "b", "one"));
        settle();

        folder.put("a.yaml", "- route:\n    id: [a\n");
        settle();
        folder.put("b.yaml", route("b", "b", "two two"));
        settle();

        assertThat(ask("a")).isEqualTo("one");
        assertThat(ask("b")).isEqualTo("two two");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REJECTED);
        assertThat(state("a.yaml").routes()).containsExactly("a");
        assertThat(note("a.yaml"))
                .startsWith("a.yaml was refused at ")
                .contains("the version before it runs on.\n\na.yaml:3:1: SBG-R001 the file isn't YAML: ")
                .contains("\nDATA: the file isn't taken, and what ran before goes on\nHINT: ");
        assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health().getDetails()).containsKey(folder.file("a.yaml").toString());

        folder.put("a.yaml", route("a", "a", "mended"));
        settle();
        assertThat(ask("a")).isEqualTo("mended");
        assertThat(hasNote("a.yaml")).isFalse();
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void taking_a_broken_edit_back_takes_its_note_away() {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();
        Route loaded = context.getRoute("a");
        folder.put("a.yaml", "nonsense");
        settle();
        assertThat(hasNote("a.yaml")).isTrue();

        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        assertThat(context.getRoute("a")).isSameAs(loaded);
        assertThat(hasNote("a.yaml")).isFalse();
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.LOADED);
    }

    @Test
    @Tag("E10")
    void a_misspelt_option_keeps_what_runs() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();
        Route loaded = context.getRoute("a");

        folder.put("a.yaml", route("a", "a", "two") + "        - to: \"log:x?shwBody=true\"\n");
        settle();

        assertThat(context.getRoute("a")).isSameAs(loaded);
        assertThat(ask("a")).isEqualTo("one");
        assertThat(note("a.yaml"))
                .contains("a.yaml:7:15: SBG-R003 option 'shwBody' is unknown to 'log'")
                .contains("HINT: Did you mean 'showBody'?");
    }

    @Test
    @Tag("W18")
    void a_running_exchange_isnt_cut_and_the_swap_comes_after_it() throws Exception {
        String slow = route("a", "a", "one") + "        - process: { ref: gate }\n";
        folder.put("a.yaml", slow);
        folder.put("b.yaml", route("b", "b", "one"));
        settle();
        CompletableFuture<String> job = CompletableFuture.supplyAsync(() -> ask("a"));
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();

        folder.put("a.yaml", route("a", "a", "two two"));
        folder.put("b.yaml", route("b", "b", "two two"));
        settle();

        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.PENDING_SWAP);
        assertThat(state("a.yaml").message()).isEqualTo("1 exchange is in flight");
        assertThat(context.getRouteController().getRouteStatus("a").isStarted()).isTrue();
        assertThat(ask("b")).as("other files don't wait").isEqualTo("two two");

        folder.put("a.yaml", route("a", "a", "three"));
        settle();
        release.countDown();
        assertThat(job.get(60, TimeUnit.SECONDS)).isEqualTo("one");
        routes.scanOnce();
        assertThat(ask("a")).as("the newest of those that waited").isEqualTo("three");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.LOADED);
    }

    @Test
    void a_deleted_files_running_exchange_isnt_cut_either() throws Exception {
        folder.put("a.yaml", route("a", "a", "one") + "        - process: { ref: gate }\n");
        settle();
        CompletableFuture<String> job = CompletableFuture.supplyAsync(() -> ask("a"));
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();

        folder.delete("a.yaml");
        settle();
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.PENDING_SWAP);

        release.countDown();
        assertThat(job.get(60, TimeUnit.SECONDS)).isEqualTo("one");
        routes.scanOnce();
        assertThat(ids()).isEmpty();
    }

    @Test
    void a_template_waits_only_for_the_instances_that_run() throws Exception {
        folder.put("t.yaml", TEMPLATE.formatted("hello") + "        - process: { ref: gate }\n");
        folder.put("a.yaml", instance("a", "first"));
        folder.put("b.yaml", instance("b", "first"));
        settle();
        CompletableFuture<String> job = CompletableFuture.supplyAsync(() -> ask("a"));
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();

        folder.put("t.yaml", TEMPLATE.formatted("bye"));
        settle();

        assertThat(ask("b")).isEqualTo("bye first");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.PENDING_SWAP);
        release.countDown();
        assertThat(job.get(60, TimeUnit.SECONDS)).isEqualTo("hello first");
        routes.scanOnce();
        assertThat(ask("a")).isEqualTo("bye first");
    }

    @Test
    void bad_files_at_the_start_dont_keep_the_good_ones_from_running() throws Exception {
        folder.put("a.yaml", route("a", "a", "one").replace("setBody", "setBdy"));
        folder.put("b.yaml", route("b", "b", "one") + "        - to: \"log:x?shwBody=true\"\n");
        folder.put("c.yaml", route("c", "c", "one"));
        folder.put("d.yaml", route("d", "d", "one") + "        - to: \"lgo:x\"\n");
        settle();

        assertThat(ids()).containsExactly("c");
        assertThat(note("a.yaml")).contains("nothing of it runs").contains("a.yaml:6:11: SBG-R002");
        assertThat(note("b.yaml")).contains("SBG-R003");
        assertThat(note("d.yaml")).contains("SBG-R005");
        assertThat(health().getMessage()).contains("3 files of routes are refused");
    }

    @Test
    void a_route_that_names_a_missing_configuration_is_refused() throws Exception {
        String route = route("a", "a", "one").replace("id: a\n", "id: a\n    routeConfigurationId: alarm\n");
        folder.put("a.yaml", route);
        settle();
        assertThat(ids()).isEmpty();
        assertThat(note("a.yaml")).contains("a.yaml:3:27: SBG-R011");

        folder.put("c.yaml", Folder.HANDLER.replace("- routeConfiguration:", "- routeConfiguration:\n    id: alarm"));
        settle();
        assertThat(ids()).as("it is mended by another file").containsExactly("a");
        assertThat(hasNote("a.yaml")).isFalse();
    }

    @Test
    void an_edited_configuration_is_applied_to_the_routes_that_name_it() {
        String configuration = """
                - routeConfiguration:
                    id: alarm
                    onException:
                      - onException:
                          exception: [ "java.lang.Exception" ]
                          handled: { constant: "true" }
                          steps:
                            - setBody: { constant: "%s" }
                """;
        folder.put("c.yaml", configuration.formatted("red"));
        folder.put(
                "a.yaml",
                route("a", "a", "one").replace("id: a\n", "id: a\n    routeConfigurationId: alarm\n")
                        + "        - throwException: { exceptionType: java.lang.IllegalStateException, message: x }\n");
        settle();
        assertThat(ask("a")).isEqualTo("red");

        folder.put("c.yaml", configuration.formatted("orange"));
        settle();

        assertThat(ask("a")).isEqualTo("orange");
    }

    @Test
    @Tag("W17")
    void a_cron_that_quartz_would_take_for_another_time_is_refused() throws Exception {
        folder.put("a.yaml", """
                - route:
                    id: nightly
                    from:
                      uri: "quartz:n?stateful=true&cron=0+99+2+*+*+?"
                      steps:
                        - log: "x"
                """);
        settle();

        assertThat(ids()).isEmpty();
        assertThat(note("a.yaml")).contains("a.yaml:4:12: SBG-R008 cron '0 99 2 * * ?' has minutes '99'");
    }

    @Test
    void a_duplicate_id_is_refused_and_the_one_that_runs_stays() throws Exception {
        folder.put("b.yaml", route("a", "b", "one"));
        settle();
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        assertThat(ask("b")).isEqualTo("one");
        assertThat(note("a.yaml")).contains("a.yaml:2:9: SBG-R009 route 'a' is declared already, in b.yaml:2");

        folder.delete("b.yaml");
        settle();
        assertThat(ask("a")).as("the other one is gone").isEqualTo("one");
    }

    @Test
    void an_id_of_the_application_itself_is_never_taken_over() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:own").routeId("own").setBody(constant("own"));
            }
        });
        folder.put("a.yaml", route("own", "a", "one"));
        settle();

        assertThat(ask("own")).isEqualTo("own");
        assertThat(note("a.yaml")).contains("SBG-R009 route 'own' is declared already, by the application itself");
    }

    @Test
    void a_version_that_cant_start_gives_way_to_the_one_before() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();

        folder.put("a.yaml", cannotStart("a"));
        settle();

        assertThat(ask("a")).isEqualTo("one");
        assertThat(ids()).containsExactly("a");
        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REJECTED);
        assertThat(note("a.yaml")).contains("the version before it runs on").contains("a.yaml:2:9: SBG-R019");
        Route restored = context.getRoute("a");
        clock.pass(Duration.ofHours(1));
        settle();
        assertThat(context.getRoute("a"))
                .as("what runs isn't stopped only to try again")
                .isSameAs(restored);
    }

    private String cannotStart(String id) {
        return """
                - route:
                    id: %s
                    from:
                      uri: "file:%s?readLock=changed&autoCreate=false&directoryMustExist=true&startingDirectoryMustExist=true"
                      steps:
                        - log: "x"
                """.formatted(id, root.resolve("missing"));
    }

    @Test
    void a_new_route_that_cant_start_yet_is_tried_again() throws Exception {
        folder.put("a.yaml", cannotStart("a"));
        settle();
        assertThat(ids()).isEmpty();
        assertThat(context.getRouteDefinitions()).isEmpty();

        Files.createDirectory(root.resolve("missing"));
        clock.pass(FolderSetup.DEFAULT_RETRY_AFTER);
        routes.scanOnce();

        assertThat(ids()).containsExactly("a");
        assertThat(hasNote("a.yaml")).isFalse();
    }

    @Test
    void a_file_that_is_still_being_written_isnt_taken() throws Exception {
        settle();
        String text = route("a", "a", "one");
        for (int end : List.of(10, 40, text.length() - 5, text.length())) {
            folder.put("a.yaml", text.substring(0, end));
            Files.setLastModifiedTime(folder.file("a.yaml"), java.nio.file.attribute.FileTime.from(clock.instant()));
            routes.scanOnce();
            clock.pass(QUIET.minusMillis(1));
            routes.scanOnce();
            assertThat(ids()).isEmpty();
            assertThat(hasNote("a.yaml")).isFalse();
        }

        clock.pass(Duration.ofMillis(1));
        routes.scanOnce();

        assertThat(ids()).containsExactly("a");
    }

    @Test
    void a_touched_file_isnt_swapped() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        settle();
        Route loaded = context.getRoute("a");

        Files.setLastModifiedTime(folder.file("a.yaml"), java.nio.file.attribute.FileTime.from(clock.instant()));
        settle();

        assertThat(context.getRoute("a")).isSameAs(loaded);
    }

    @Test
    void a_check_leaves_no_traces() {
        folder.put("a.yaml", """
                - route:
                    id: tick
                    from:
                      uri: "timer:t?delay=0"
                      steps:
                        - process: { ref: count }
                        - to: "lgo:x"
                - route:
                    id: drop
                    from:
                      uri: "file:%s?readLock=changed"
                      steps:
                        - log: "x"
                """.formatted(root.resolve("in")));
        settle();

        assertThat(state("a.yaml").status()).isEqualTo(UnitStatus.REJECTED);
        assertThat(runs).hasValue(0);
        assertThat(root.resolve("in")).doesNotExist();
    }

    @Test
    @Tag("E3")
    void as_a_service_it_begins_when_the_context_has_started_and_shows_its_health() throws Exception {
        folder.put("a.yaml", route("a", "a", "one"));
        folder.put("bad.yaml", "nonsense");
        DefaultCamelContext host = new DefaultCamelContext();
        try {
            RouteFolder service = new RouteFolder(
                    host,
                    FolderSetup.of(root, new LocalRouteFiles(), MirrorContexts.of(host), clock)
                            .withInterval(Duration.ofHours(1)));
            host.addService(service);
            host.start();

            assertThat(host.getRoutes()).extracting(Route::getRouteId).containsExactly("a");
            HealthCheck check =
                    HealthCheckRegistry.get(host).getCheck("saddlebag-routes").orElseThrow();
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(service.states())
                    .extracting(UnitState::status)
                    .containsExactly(UnitStatus.LOADED, UnitStatus.LOADED, UnitStatus.REJECTED);
        } finally {
            host.stop();
        }
    }
}
