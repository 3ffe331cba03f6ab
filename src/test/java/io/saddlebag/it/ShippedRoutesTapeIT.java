package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.lab.TapeLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped route files as they are, in the running program, on a tape library over iSCSI: which library it is, is a
 * matter of config/devices.yaml alone.
 */
@Tag("M3")
@Tag("M14")
@Tag("M15")
@Tag("M18")
@Tag("W17")
class ShippedRoutesTapeIT {
    private static final List<String> SHIPPED = List.of(
            "errors.yaml",
            "backup-orders.yaml",
            "restore-on-request.yaml",
            "templates/offline-backup.yaml",
            "templates/offline-backup-without-snapshot.yaml");

    private static final int MEGABYTES = 16;
    private static final int SLOTS = 8;
    private static final int ROWS = 120_000;

    @TempDir
    static Path folder;

    private static Site site;
    private static TapeLab lab;
    private static Path home;
    private static Process service;
    private static Path log;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isDirectory(Site.library()), "the program isn't assembled: mvn package");
        lab = TapeLab.start(Files.createDirectory(folder.resolve("t")), new TapeLab.Size(2, SLOTS, MEGABYTES));
        site = Site.in(folder);
        site.fill(ROWS);
        home = site.home("home", "");
        Files.writeString(
                home.resolve("config/devices.yaml"), """
                drives:
                  left:
                    attachments: [{ iscsi: "%s" }]
                    quirks: [countPositions, longReads]
                    element: dte1
                  right:
                    attachments: [{ iscsi: "%s" }]
                    quirks: [countPositions, longReads]
                    element: dte2
                libraries:
                  vault:
                    attachments: [{ iscsi: "%s" }]
                    drives: [left, right]
                    patience: 1s
                """.formatted(lab.drive(1), lab.drive(2), lab.changer()));
        Files.createDirectories(home.resolve("requests"));
        Files.createDirectories(home.resolve("asked"));
        Files.createDirectories(home.resolve("routes/templates"));
        for (String route : SHIPPED) {
            Files.copy(Path.of("routes", route), home.resolve("routes").resolve(route));
        }
        // what a site adds: an instance that doesn't wait for two o'clock, and a step with cartridges
        Files.writeString(home.resolve("routes/backup-when-asked.yaml"), """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: backup-when-asked
                    parameters:
                      - { name: database, value: orders }
                      - { name: trigger, value: "file:%s/asked?include=orders.*&delete=true&readLock=changed&readLockMinAge=2s" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                - route:
                    id: put-away-when-asked
                    from:
                      uri: "file:%s/asked?include=putaway.*&delete=true&readLock=changed&readLockMinAge=2s"
                      steps:
                        - to: "library:vault?operation=unload&from=dte1"
                """.formatted(
                site.provider().equals("none") ? "offline-backup-without-snapshot" : "offline-backup", home, home));
        log = home.resolve("run.log");
        service = Site.start(home, log, "run");
        awaits("the routes run", () -> {
            Path refused = home.resolve("routes/backup-when-asked.yaml.error");
            assertThat(refused)
                    .as(Files.exists(refused) ? Files.readString(refused) : "")
                    .doesNotExist();
            return Files.readString(log).contains("backup-when-asked.yaml loaded");
        });
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
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Tag("M6")
    @Tag("M9")
    @Tag("W1")
    @Tag("W15")
    void back_up_to_two_cartridges_and_restore_what_a_request_file_asks_for() throws Exception {
        String rows = site.rows();
        backUp(1);
        assertThat(backups().path(0).path("sections").size())
                .as("volumes of the image")
                .isGreaterThan(1);

        site.server().execute("drop table orders");
        restore("restore-orders.yaml", "restore: orders\ndatabase: orders\n");
        assertThat(site.rows()).isEqualTo(rows);

        site.server().execute("insert into orders values (-1, 'between', 0)");
        String between = site.rows();
        ask("putaway");
        awaits("the drive is empty", () -> ended() == 3);
        backUp(2);
        site.server().execute("delete from orders");
        restore("restore-again.yaml", "restore: orders\ndatabase: orders\n");
        assertThat(site.rows()).isEqualTo(between).isNotEqualTo(rows);

        Path target = Files.createDirectories(folder.resolve("elsewhere"));
        restore("restore-first.yaml", "backup: 1\nto: " + target + "\n");
        assertThat(Path.of(target.toString(), site.dataDirectory().toString(), "PG_VERSION"))
                .isRegularFile();

        for (String route : SHIPPED) {
            assertThat(home.resolve("routes").resolve(route)).hasSameBinaryContentAs(Path.of("routes", route));
        }
    }

    private static void backUp(int number) throws Exception {
        ask("orders" + number);
        awaits("backup " + number, () -> backups().size() == number && isOver());
    }

    private static void restore(String name, String request) throws Exception {
        int before = ended();
        Files.writeString(home.resolve("requests").resolve(name), request);
        awaits(name, () -> {
            Path why = home.resolve("requests/error").resolve(name + ".error");
            assertThat(why).as(Files.exists(why) ? Files.readString(why) : "").doesNotExist();
            return ended() > before && isOver();
        });
    }

    private static void ask(String what) throws IOException {
        Path file = home.resolve("asked").resolve(what);
        Path begun = home.resolve(what + ".begun");
        Files.writeString(begun, what);
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaits(String what, Until.Condition condition) throws Exception {
        try {
            Until.holds(what, Site.PATIENT, () -> {
                assertThat(service.isAlive()).as("the program runs").isTrue();
                return condition.holds();
            });
        } catch (AssertionError e) {
            String told = Files.readAllLines(log).stream()
                    .filter(line -> !line.contains(" DEBUG "))
                    .collect(Collectors.joining("\n"));
            throw new AssertionError(e.getMessage() + "\n" + jobs() + "\n" + told, e);
        }
    }

    private static boolean isOver() throws IOException {
        JsonNode jobs = jobs();
        for (JsonNode job : jobs) {
            assertThat(job.path("state").asText())
                    .as("%s%n%s", job, Files.readString(log))
                    .isNotEqualTo("failed");
        }
        return jobs.size() > 0 && ended() == jobs.size();
    }

    private static int ended() {
        int ended = 0;
        for (JsonNode job : jobs()) {
            ended += job.path("state").asText().equals("completed") ? 1 : 0;
        }
        return ended;
    }

    private static JsonNode jobs() {
        return CommandLineInProcess.run(home, "lsjob", "--json").ok().json();
    }

    private static JsonNode backups() {
        return CommandLineInProcess.run(home, "lsbu", "--json").ok().json();
    }
}
