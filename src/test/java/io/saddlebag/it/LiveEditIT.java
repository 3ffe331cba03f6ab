package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running program, and files dropped under its hands that are wrong or not written to their ends. */
class LiveEditIT {
    /** Longer than a request file has to stand still before it is taken. */
    private static final Duration STILL_BEING_WRITTEN = Duration.ofSeconds(5);

    private static final String ROUTE = "restore-on-request.yaml";

    @TempDir
    static Path folder;

    private static Site site;
    private static Path home;
    private static Process service;
    private static Path log;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
        site = Site.in(folder);
        site.fill(1_000);
        home = site.home("home", 4, "64MiB");
        site.backUp(home).ok();
        Files.createDirectories(requests());
        Files.createDirectories(routes());
        for (String route : List.of("errors.yaml", ROUTE)) {
            Files.copy(Path.of("routes", route), routes().resolve(route));
        }
        log = home.resolve("run.log");
        service = Site.start(home, log, "run");
        Until.holds("the routes run", Site.PATIENT, () -> Files.readString(log).contains("restore-on-request"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.destroy();
            assertThat(service.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
        if (site != null) {
            site.close();
        }
    }

    @Test
    @Tag("W17")
    @Tag("E10")
    void a_malformed_request_is_put_aside_with_its_reason_and_touches_nothing() throws Exception {
        String rows = site.rows();
        int jobs = jobs();
        drop("restore-torn.yaml", "restore: [orders\n");
        drop("restore-unknown.yaml", "restore: orders\ndatabas: orders\n");
        drop("restore-empty.yaml", "");
        drop("restore-binary.yaml", "\u0000\u0001\u0002");
        drop("restore-nobody.yaml", "restore: nobody\n");
        for (String each : List.of("torn", "unknown", "empty", "binary", "nobody")) {
            Path aside = requests().resolve("error/restore-" + each + ".yaml");
            Path why = requests().resolve("error/restore-" + each + ".yaml.error");
            Until.holds(each + " is put aside", Site.PATIENT, () -> Files.exists(aside) && Files.exists(why));
            assertThat(Files.readString(why)).as(each).contains("SBG-").contains("HINT");
        }
        assertThat(Files.readString(requests().resolve("error/restore-unknown.yaml.error")))
                .contains("restore-unknown.yaml:2")
                .contains("databas");
        assertThat(jobs()).isEqualTo(jobs);
        assertThat(site.rows()).isEqualTo(rows);
    }

    @Test
    @Tag("W17")
    void a_request_that_is_still_being_written_is_taken_when_it_is_whole() throws Exception {
        int jobs = jobs();
        Path request = requests().resolve("restore-slow.yaml");
        // so far it asks for the whole database: what comes later makes all the difference
        Files.writeString(request, "restore: orders\nexisting: replace\n");
        long begin = System.nanoTime();
        int lines = 0;
        while (System.nanoTime() - begin < STILL_BEING_WRITTEN.toNanos()) {
            Files.writeString(request, "# " + lines++ + "\n", StandardOpenOption.APPEND);
            Until.aMoment();
            assertThat(request).exists();
        }
        assertThat(jobs()).isEqualTo(jobs);
        Path target = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(request, "to: " + target + "\n", StandardOpenOption.APPEND);

        Until.holds("the request is taken", Site.PATIENT, () -> !Files.exists(request));

        awaitRestore(jobs);
        assertThat(Path.of(target.toString(), site.dataDirectory().toString(), "PG_VERSION"))
                .isRegularFile();
    }

    @Test
    @Tag("W18")
    @Tag("W19")
    void a_bad_route_file_is_refused_with_a_note_and_the_others_run_on() throws Exception {
        Path bad = routes().resolve("bad.yaml");
        publish(bad, """
                - route:
                    from:
                      uri: "timer:t"
                      steps:
                        - to: "database:orders?operation=stopp"
                """);
        requireNote(bad, "stopp");
        restoresOnRequest("while-bad");

        Files.delete(bad);
        Until.holds("the note goes with its file", Site.PATIENT, () -> !Files.exists(note(bad)));
    }

    @Test
    @Tag("W18")
    @Tag("W19")
    void a_half_written_route_file_leaves_the_version_before_running() throws Exception {
        Path route = routes().resolve(ROUTE);
        String whole = Files.readString(route);
        publish(route, whole.substring(0, whole.indexOf("steps:") + "steps:".length()));
        requireNote(route, ROUTE);
        restoresOnRequest("while-half");

        publish(route, whole);
        Until.holds("the note goes when the file is whole", Site.PATIENT, () -> !Files.exists(note(route)));
        restoresOnRequest("when-whole");
    }

    private static void restoresOnRequest(String name) throws Exception {
        int jobs = jobs();
        Path target = Files.createDirectories(folder.resolve(name));
        drop("restore-" + name + ".yaml", "restore: orders\nto: " + target + "\n");
        awaitRestore(jobs);
        assertThat(Path.of(target.toString(), site.dataDirectory().toString(), "PG_VERSION"))
                .isRegularFile();
    }

    private static void awaitRestore(int before) throws Exception {
        Until.holds("the restore has ended", Site.PATIENT, () -> {
            assertThat(service.isAlive()).as(Files.readString(log)).isTrue();
            JsonNode jobs =
                    CommandLineInProcess.run(home, "lsjob", "--json").ok().json();
            return jobs.size() > before
                    && jobs.get(jobs.size() - 1).path("state").asText().equals("completed");
        });
    }

    private static void requireNote(Path route, String word) throws Exception {
        Until.holds("a note beside " + route, Site.PATIENT, () -> Files.exists(note(route)));
        assertThat(Files.readString(note(route))).contains(word);
        assertThat(service.isAlive()).isTrue();
    }

    private static Path note(Path route) {
        return route.resolveSibling(route.getFileName() + ".error");
    }

    private static void publish(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName());
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void drop(String name, String text) throws IOException {
        Files.writeString(requests().resolve(name), text);
    }

    private static int jobs() {
        return CommandLineInProcess.run(home, "lsjob", "--json").ok().json().size();
    }

    private static Path requests() {
        return home.resolve("requests");
    }

    private static Path routes() {
        return home.resolve("routes");
    }
}
