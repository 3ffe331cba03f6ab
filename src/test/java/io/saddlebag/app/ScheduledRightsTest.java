package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.camel.node.StepFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.node.Node;
import io.saddlebag.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schedule's backups are read with the rights of root's node; {@code nobody} may ask for the same ones and gets less. */
@Tag("D5")
@Timeout(300)
final class ScheduledRightsTest {
    private static final String ASKED = """
            - route:
                from:
                  uri: direct:asked
                  steps:
                    - to: "job:begin?task=backup all on demand&user=anna"
                    - to: "snapshot:create?dataset=all&provider=none"
                    - to: "backup:all"
                    - to: "tape:vault"
                    - to: job:end
            """;

    @TempDir
    Path folder;

    private Path home;
    private Path data;

    @BeforeEach
    void place() throws Exception {
        OtherUser.mayComeTo(folder);
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/datasets/all.ds"), "include path " + data + "\n");
        file("open", "rw-r--r--");
        file("secret", "rw-------");
        configure("""
                users:
                  root: { osUser: nobody }
                  anna: { osUser: nobody }
                  admin: { osUser: root, rights: [backup-privileged, restore-privileged] }
                """);
    }

    private void file(String name, String permissions) throws IOException {
        Path file = Files.writeString(data.resolve(name), name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void configure(String users) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                """ + users);
    }

    private static DefaultCamelContext on(Node node) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("node", Node.class, node);
        context.getShutdownStrategy().setTimeout(5);
        return context;
    }

    private static void load(DefaultCamelContext context, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("test.yaml", yaml));
    }

    /** The shipped template for datasets, begun by that endpoint. */
    private static void schedule(DefaultCamelContext context, String trigger) throws Exception {
        Path template = Path.of("routes/templates/dataset-backup.yaml").toAbsolutePath();
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:" + template));
        load(context, """
                - templatedRoute:
                    routeTemplateRef: dataset-backup
                    routeId: nightly
                    parameters:
                      - { name: dataset, value: all }
                      - { name: level, value: full }
                      - { name: trigger, value: "%s" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                      - { name: provider, value: none }
                """.formatted(trigger));
    }

    /** Names of the files in a backup, as they come back. */
    private Set<String> restored(int backup) throws IOException {
        configure("");
        Path target = folder.resolve("target" + backup);
        CommandLineInProcess.Said said =
                CommandLineInProcess.run(home, "restore", Integer.toString(backup), "--to", target.toString());
        assertThat(said.code()).as(said.toString()).isIn(0, 3);
        try (Stream<Path> all = Files.walk(target)) {
            return all.filter(Files::isRegularFile)
                    .map(each -> each.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private List<String> jobs() {
        List<String> names = new ArrayList<>();
        CommandLineInProcess.run(home, "lsjob", "--json")
                .json()
                .forEach(job -> names.add(job.path("name").asText()));
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timer:once?delay=0&repeatCount=1",
                "quartz:files/once?trigger.repeatInterval=1000&trigger.repeatCount=0"
            })
    @Tag("X9")
    void a_schedule_reads_what_the_user_who_asks_for_the_same_cannot(String trigger) throws Exception {
        try (Node node = new NodeLauncher().start(home);
                DefaultCamelContext context = on(node)) {
            schedule(context, trigger);
            NotifyBuilder done =
                    new NotifyBuilder(context).fromRoute("nightly").whenDone(1).create();
            context.start();

            assertThat(done.matches(120, TimeUnit.SECONDS)).isTrue();
        }
        var asked = CommandLineInProcess.run(
                        home, "backup", "--dataset", "all", "--library", "vault", "--provider", "none")
                .ends(3);
        assertThat(asked.out() + asked.err()).isNotEmpty();

        assertThat(jobs()).containsExactlyInAnyOrder("1", "root/2");
        assertThat(restored(1)).containsExactly("open", "secret");
        assertThat(restored(2)).containsExactly("open");
    }

    @Test
    @Tag("E3")
    void no_header_from_outside_makes_a_request_somebody_else_s() throws Exception {
        try (Node node = new NodeLauncher().start(home);
                DefaultCamelContext context = on(node)) {
            schedule(context, "direct:scheduled");
            load(context, ASKED);
            context.start();
            for (String route : List.of("direct:scheduled", "direct:asked")) {
                Exchange ended = context.createProducerTemplate().send(route, exchange -> {
                    String other = route.endsWith("asked") ? "admin" : "anna";
                    for (String name : List.of("user", "requester", "CamelSaddlebagUser", "osUser", "runAs")) {
                        exchange.getMessage().setHeader(name, other);
                    }
                    exchange.getMessage().setHeader(SaddlebagHeaders.JOB, other + "/1");
                    exchange.getMessage().setHeader("CamelAuthentication", other);
                });
                assertThat(ended.getException()).isNull();
            }
        }

        assertThat(jobs()).containsExactlyInAnyOrder("1", "anna/2");
        assertThat(restored(1)).containsExactly("open", "secret");
        assertThat(restored(2)).containsExactly("open");
    }

    @Test
    @Tag("E3")
    void a_request_that_names_the_schedule_s_job_does_not_become_part_of_it() throws Exception {
        try (Node node = new NodeLauncher().start(home);
                DefaultCamelContext context = on(node)) {
            load(context, ASKED + """
                    - route:
                        from:
                          uri: direct:scheduled
                          steps:
                            - to: "job:begin?task=backup all"
                            - to: bean:intruder
                            - to: job:end
                    """);
            Exchange[] refused = new Exchange[1];
            Processor intruder = scheduled -> {
                // while that job is in progress, by its very name
                Object name = scheduled.getMessage().getHeader(SaddlebagHeaders.JOB);
                refused[0] = context.createProducerTemplate()
                        .send(
                                "direct:asked",
                                exchange -> exchange.getMessage()
                                        .setHeaders(new HashMap<>(Map.of(SaddlebagHeaders.JOB, name))));
            };
            context.getRegistry().bind("intruder", intruder);
            context.start();

            context.createProducerTemplate().send("direct:scheduled", exchange -> {});

            assertThat(refused[0].getException())
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.code()).isEqualTo(StepFault.ALREADY_IN_JOB));
        }
        assertThat(CommandLineInProcess.run(home, "lsbu", "--json").json()).isEmpty();
        assertThat(jobs()).containsExactly("1");
    }
}
