package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands, their exit codes, their JSON and their errors, with a real database. */
class CommandLineIT {
    @TempDir
    static Path folder;

    private static Site site;
    private static Path home;

    @BeforeAll
    static void start() throws Exception {
        site = Site.in(folder);
        site.fill(10_000);
        home = site.home("home", 4, "64MiB");
        site.backUp(home).ok();
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static Said run(String... arguments) {
        return CommandLineInProcess.run(home, arguments);
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static Path homeWith(String name, String configuration) throws IOException {
        Path other = folder.resolve(name);
        Files.createDirectories(other.resolve("config"));
        Files.writeString(other.resolve("config/saddlebag.yaml"), configuration);
        return other;
    }

    @Test
    @Tag("E5")
    void json_names_are_stable() {
        JsonNode backup = run("lsbu", "--json").ok().json().get(0);
        assertThat(keys(backup))
                .containsExactly(
                        "id",
                        "name",
                        "imageId",
                        "level",
                        "parentImageId",
                        "at",
                        "state",
                        "consistency",
                        "outcome",
                        "method",
                        "job",
                        "objects",
                        "dataBytes",
                        "imageBytes",
                        "layers",
                        "drives",
                        "sections",
                        "files");
        assertThat(keys(backup.path("sections").get(0)))
                .containsExactly("lane", "section", "volume", "fileNumber", "volumeSequence", "block", "bytes");
        assertThat(keys(run("lsvol", "vault", "--json").ok().json().get(0)))
                .containsExactly(
                        "element",
                        "full",
                        "barcode",
                        "volume",
                        "family",
                        "set",
                        "sequence",
                        "files",
                        "state",
                        "writeWindowEnds",
                        "expires",
                        "owner",
                        "protection",
                        "holds");
        JsonNode job = run("lsjob", "--json").ok().json().get(0);
        assertThat(keys(job))
                .containsExactly(
                        "name",
                        "task",
                        "kind",
                        "state",
                        "cause",
                        "created",
                        "dispatched",
                        "ended",
                        "dependsOn",
                        "bytes",
                        "objects",
                        "bytesPerSecond",
                        "percent",
                        "remainingSeconds",
                        "figures",
                        "steps",
                        "waitsFor");
        assertThat(keys(job.path("steps").get(0))).containsExactly("number", "name", "started", "ended", "failure");
        assertThat(keys(run("library", "vault", "inventory", "--json")
                        .ok()
                        .json()
                        .get(0)))
                .containsExactly("element", "full", "barcode", "cameFrom");
        assertThat(keys(run("restore", "orders", "--database", "orders", "--dry-run", "--json")
                        .ok()
                        .json()
                        .get(0)))
                .containsExactly("backup", "name", "volumes", "objects", "bytes", "effects");
    }

    @Test
    @Tag("E5")
    void a_dry_run_of_a_restore_changes_nothing() throws Exception {
        site.server().execute("insert into orders values (-2, 'after', 0)");
        long postmaster = site.server().postmaster();
        assertThat(run("restore", "orders", "--database", "orders", "--dry-run")
                        .ok()
                        .out())
                .contains("nothing was changed")
                .contains("nightly-0");
        assertThat(site.server().postmaster()).isEqualTo(postmaster);
        site.server().execute("delete from orders where id = -2");
    }

    @Test
    @Tag("E5")
    void the_transcript_of_a_job_can_be_read() {
        String job = run("lsjob", "--json").ok().json().get(0).path("name").asText();
        assertThat(run("catxcr", job).ok().out()).contains("stop orders").contains("start orders");
        assertThat(run("catxcr", job, "--json").ok().json()).isNotEmpty();
        Explained.by(run("catxcr", "nobody/99").ends(1), "nobody/99");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "lint",
                "backup",
                "restore",
                "verify",
                "lsbu",
                "lsvol",
                "library",
                "catalog",
                "lsjob",
                "catxcr",
                "canceljob",
                "doctor",
                "catalog import",
                "catalog objects"
            })
    @Tag("E5")
    void every_command_explains_itself(String command) {
        List<String> arguments = new ArrayList<>();
        for (String word : command.split(" ")) {
            if (!word.isEmpty()) {
                arguments.add(word);
            }
        }
        arguments.add("--help");
        Said said = CommandLineInProcess.run(arguments).ok();
        assertThat(said.out()).contains("Usage: saddlebag").contains("--home").contains("--json");
    }

    @ParameterizedTest
    @CsvSource({"''", "nonsense", "backup", "backup orders", "restore", "library vault", "catalog"})
    @Tag("E5")
    void a_command_line_that_is_not_understood_ends_with_2_and_says_what_is_missing(String command) {
        List<String> arguments = new ArrayList<>();
        for (String word : command.split(" ")) {
            if (!word.isEmpty()) {
                arguments.add(word);
            }
        }
        Said said = CommandLineInProcess.run(arguments).ends(2);
        assertThat(said.err()).isNotBlank();
    }

    @Test
    @Tag("E5")
    @Tag("E10")
    void a_bad_compression_ends_with_2_and_names_the_valid_ones() throws Exception {
        long postmaster = site.server().postmaster();
        Said said = run("backup", "orders", "--library", "vault", "--compression", "zip")
                .ends(2);
        assertThat(said.err()).contains("zip").contains("zstd").contains("none");
        assertThat(site.server().postmaster()).isEqualTo(postmaster);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "backup nowhere --library vault, nowhere, orders",
        "backup orders --library cellar, cellar, vault",
        "backup orders --library vault --family weekly, weekly, nightly",
        "backup orders --library vault --family nightly --provider zfs, zfs, btrfs",
        "restore nothing --database orders, nothing, 1 (orders",
        "restore orders --database nowhere, nowhere, orders",
        "restore 4711 --database orders, 4711, 1 (orders",
        "verify 4711, 4711, 1 (orders",
        "lsvol cellar, cellar, vault",
        "library vault loadvol se1 dte9, dte9, dte"
    })
    @Tag("E10")
    void an_unknown_name_is_refused_with_the_names_there_are_and_nothing_is_touched(
            String command, String wrong, String there) throws Exception {
        long postmaster = site.server().postmaster();
        Said said = run(command.split(" "));
        assertThat(said.code()).isIn(1, 4);
        Explained.by(said, wrong, there);
        assertThat(site.server().postmaster()).isEqualTo(postmaster);
    }

    @Test
    @Tag("E10")
    void a_missing_configuration_is_said_with_its_place() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Said said = CommandLineInProcess.run(empty, "lsbu").ends(1);
        Explained.by(said, empty.resolve("config/saddlebag.yaml").toString(), "--home");
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    @Tag("E10")
    void an_unknown_option_of_the_configuration_is_said_with_line_and_known_options() throws Exception {
        Path other = homeWith("typo", "libraries:\n  vault:\n    folder: vault\n    patiense: 1h\n");
        Said said = CommandLineInProcess.run(other, "lsbu").ends(1);
        Explained.by(said, "saddlebag.yaml:4:", "patiense", "patience", "blockSize", "libraries.vault");
        assertThat(other.resolve("var")).doesNotExist();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "families: { nightly: { retention: soon } } | soon",
                "libraries: { vault: { folder: v, patience: 5 parsecs } } | 5 parsecs",
                "libraries: { vault: { folder: v, create: { capacity: huge } } } | huge",
                "databases: { orders: { engine: db2 } } | postgresql, mariadb, sqlite, derby, psql, oracle, script",
                "databases: { orders: { engine: postgresql, bin: /nowhere, data: /nowhere, prot: 1 } } | prot",
                "databases: [ | saddlebag.yaml:",
                "node: [a, b] | saddlebag.yaml:"
            })
    @Tag("E10")
    void a_bad_value_of_the_configuration_is_said_with_its_option(String yaml, String said) throws Exception {
        Path other = homeWith("bad" + Integer.toHexString(yaml.hashCode()), yaml + "\n");
        Explained.by(CommandLineInProcess.run(other, "lsbu").ends(1), said.strip());
    }

    @Test
    @Tag("E5")
    void the_doctor_is_content_with_a_healthy_home_and_finds_what_is_broken() throws Exception {
        assertThat(run("doctor").ok().out()).contains("database orders").contains("library vault");
        assertThat(run("doctor", "--json").ok().json().get(0).path("level").asText())
                .isEqualTo("ok");
        Path broken = site.home("broken", "libraries:\n  vault: { folder: nowhere }\n");
        Said said = CommandLineInProcess.run(broken, "doctor").ends(4);
        assertThat(said.out()).contains("error  library vault").contains("HINT");
        Path typo = homeWith("doctortypo", "databasis: {}\n");
        assertThat(CommandLineInProcess.run(typo, "doctor").ends(4).out()).contains("databasis");
    }

    @Test
    @Tag("E5")
    @Tag("E10")
    void lint_is_content_with_the_shipped_routes_and_names_line_and_rule_of_a_bad_one() throws Exception {
        run("lint", Path.of("routes").toAbsolutePath().toString()).ok();
        Path bad = Files.createDirectories(folder.resolve("badroutes")).resolve("bad.yaml");
        Files.writeString(bad, """
                - route:
                    id: bad
                    from:
                      uri: "timer:t"
                      steps:
                        - to: "database:orders?operation=stopp"
                """);
        Said said = run("lint", bad.toString()).ends(4);
        assertThat(said.out()).contains("bad.yaml:").contains("stopp").contains("HINT");
        assertThat(run("lint", bad.toString(), "--json")
                        .ends(4)
                        .json()
                        .get(0)
                        .path("level")
                        .asText())
                .isEqualTo("error");
    }

    @Test
    @Tag("E5")
    void a_running_backup_can_be_cancelled_and_a_second_one_is_skipped_meanwhile() throws Exception {
        Path other = site.home("cancel", 4, "64MiB");
        String rows = site.rows();
        List<String> slow = new ArrayList<>(List.of(site.backupCommand()));
        slow.addAll(List.of("--compression", "zstd=19"));
        CompletableFuture<Said> backup =
                CompletableFuture.supplyAsync(() -> CommandLineInProcess.run(other, slow.toArray(String[]::new)));
        Until.holds("the image is being written", Site.PATIENT, () -> writing(other));
        CommandLineInProcess.run(other, slow.toArray(String[]::new)).ends(5);
        String job = CommandLineInProcess.run(other, "lsjob", "--json", "--state", "running")
                .ok()
                .json()
                .get(0)
                .path("name")
                .asText();
        CommandLineInProcess.run(other, "canceljob", job).ok();
        Said ended = backup.get(Site.PATIENT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .ends(1);
        assertThat(ended.out()).contains("cancelled");
        assertThat(site.rows()).isEqualTo(rows);
        assertThat(CommandLineInProcess.run(other, "lsbu", "--json").ok().json())
                .isEmpty();
        site.backUp(other).ok();
        assertThat(CommandLineInProcess.run(other, "catalog", "import", "vault")
                        .ok()
                        .out())
                .contains("0 backups were read in");
        Explained.by(CommandLineInProcess.run(other, "canceljob", "nobody/99").ends(1), "nobody/99");
    }

    private static boolean writing(Path other) {
        for (JsonNode job :
                CommandLineInProcess.run(other, "lsjob", "--json").ok().json()) {
            for (JsonNode step : job.path("steps")) {
                if (step.path("name").asText().startsWith("write image")) {
                    return true;
                }
            }
        }
        return false;
    }
}
