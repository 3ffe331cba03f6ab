package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cartridges that are full, missing, or not what their barcode says. */
class MediaFaultsIT {
    private static final String CAPACITY = "6MiB";

    @TempDir
    static Path folder;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.in(folder);
        site.fill(30_000);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    @Test
    @Tag("M16")
    @Tag("E10")
    void a_full_cartridge_without_successor_fails_the_job_and_leaves_the_database_and_earlier_backups_alone()
            throws Exception {
        Path home = site.home("full", 3, CAPACITY);
        site.backUp(home).ok();
        int stored = backups(home).size();
        String rows = site.rows();
        Said failed = backUpUntilFull(home);
        Explained.by(failed, "vault", "SBG001L6", "blank or expired cartridge");
        assertThat(site.rows()).isEqualTo(rows);
        assertThat(backups(home).size()).isGreaterThanOrEqualTo(stored);
        verifyAll(home);
        assertThat(CommandLineInProcess.run(home, "catalog", "import", "vault")
                        .ok()
                        .out())
                .contains("0 backups were read in");
    }

    @Test
    @Tag("M15")
    @Tag("E10")
    void a_missing_cartridge_is_named_and_the_database_is_as_it_was() throws Exception {
        Path home = site.home("missing", 6, CAPACITY);
        site.backUp(home).ok();
        String volume =
                backups(home).get(0).path("sections").get(1).path("volume").asText();
        JsonNode element = elementOf(home, volume);
        String place = element.path("element").asText();
        if (place.startsWith("dte")) {
            CommandLineInProcess.run(home, "library", "vault", "unloadvol", place)
                    .ok();
            place = elementOf(home, volume).path("element").asText();
        }
        CommandLineInProcess.run(home, "library", "vault", "extractvol", place).ok();
        site.server().execute("insert into orders values (-1, 'after the backup', 0)");
        String rows = site.rows();

        Said failed = CommandLineInProcess.run(home, "restore", "orders", "--database", "orders")
                .ends(1);
        Explained.by(failed, volume, element.path("barcode").asText());
        assertThat(site.rows()).isEqualTo(rows);

        CommandLineInProcess.run(
                        home,
                        "library",
                        "vault",
                        "insertvol",
                        element.path("barcode").asText(),
                        place)
                .ok();
        CommandLineInProcess.run(home, "restore", "orders", "--database", "orders")
                .ok();
        site.server().execute("delete from orders where id = -1");
    }

    @Test
    @Tag("M1")
    @Tag("M11")
    @Tag("E10")
    void a_cartridge_whose_label_contradicts_its_barcode_is_suspect_and_not_written() throws Exception {
        Path home = site.home("wrong", 10, CAPACITY);
        site.backUp(home).ok();
        JsonNode sections = backups(home).get(0).path("sections");
        String last = sections.get(sections.size() - 1).path("volume").asText();
        String barcode = elementOf(home, last).path("barcode").asText();
        unloadAll(home);
        swapCartridges(home, barcode, "SBG010L6");
        byte[] written = Files.readAllBytes(tape(home, "SBG010L6"));

        assertThat(CommandLineInProcess.run(home, "library", "vault", "identifyvol", barcode)
                        .out())
                .contains("PROBLEM");
        site.backUp(home).ok();
        assertThat(Files.readAllBytes(tape(home, "SBG010L6"))).isEqualTo(written);
        assertThat(elementOf(home, last).path("state").asText()).isEqualTo("suspect");
        Said failed = CommandLineInProcess.run(home, "verify", "1");
        assertThat(failed.code()).isEqualTo(4);
        Explained.by(failed, last);

        unloadAll(home);
        swapCartridges(home, barcode, "SBG010L6");
        CommandLineInProcess.run(home, "verify", "1").ok();
    }

    @Test
    @Tag("M1")
    @Tag("E10")
    void a_damaged_block_is_found_by_verify_which_ends_with_4() throws Exception {
        Path home = site.home("damaged", 6, CAPACITY);
        site.backUp(home).ok();
        String volume =
                backups(home).get(0).path("sections").get(0).path("volume").asText();
        Path tape = tape(home, elementOf(home, volume).path("barcode").asText());
        byte[] content = Files.readAllBytes(tape);
        content[content.length / 2] ^= 1;
        Files.write(tape, content);
        Said failed = CommandLineInProcess.run(home, "verify", "1").ends(4);
        Explained.by(failed, "damaged", "volume " + volume);
    }

    @Test
    @Tag("M7")
    @Tag("M5")
    void a_damaged_block_of_a_framed_backup_is_rebuilt_and_the_restore_is_right() throws Exception {
        Path home = site.home("framed", 6, CAPACITY);
        String[] options = {"--format", "new_tape", "--block-size", "32k", "--group-size", "4", "--crc", "autodin-ii"};
        String[] command = Stream.concat(Stream.of(site.backupCommand()), Stream.of(options))
                .toArray(String[]::new);
        CommandLineInProcess.run(home, command).ok();
        String volume =
                backups(home).get(0).path("sections").get(0).path("volume").asText();
        Path tape = tape(home, elementOf(home, volume).path("barcode").asText());
        byte[] content = Files.readAllBytes(tape);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        content[text.indexOf("SBPF\u0001D", content.length / 2) + 200] ^= 1; // in a data block's data
        Files.write(tape, content);

        CommandLineInProcess.run(home, "verify", "1").ok();
        Path place = folder.resolve("framed-restored");
        CommandLineInProcess.run(home, "restore", "orders", "--to", place.toString())
                .ok();
        try (Stream<Path> all = Files.walk(place)) {
            assertThat(all.filter(p -> p.endsWith("PG_VERSION"))).isNotEmpty();
        }
        String user = System.getProperty("user.name");
        assertThat(CommandLineInProcess.run(home, "catxcr", user + "/3").ok().out())
                .contains("was dropped: its autodin-ii is wrong")
                .contains(" was rebuilt from its group ");
    }

    @Test
    @Tag("M5")
    @Tag("E10")
    void a_tape_option_that_can_not_be_is_told_before_the_database_is_touched() throws Exception {
        Path home = site.home("options", 6, CAPACITY);
        String[] command = Stream.concat(Stream.of(site.backupCommand()), Stream.of("--group-size", "4"))
                .toArray(String[]::new);
        Said said = CommandLineInProcess.run(home, command);
        assertThat(said.err() + said.out())
                .contains(
                        "option 'groupSize' is '4' without option 'format'; it only means something with format=new_tape");
        assertThat(said.code()).isEqualTo(2);
        assertThat(CommandLineInProcess.run(home, "lsjob").ok().out()).doesNotContain("backup orders");
    }

    private static Said backUpUntilFull(Path home) {
        for (int i = 0; i < 4; i++) {
            Said said = site.backUp(home);
            if (said.code() != 0) {
                return said.ends(1);
            }
        }
        throw new AssertionError("three cartridges took five images");
    }

    private static JsonNode backups(Path home) {
        return CommandLineInProcess.run(home, "lsbu", "--json").ok().json();
    }

    private static void verifyAll(Path home) {
        for (JsonNode backup : backups(home)) {
            CommandLineInProcess.run(home, "verify", backup.path("id").asText()).ok();
        }
    }

    private static void unloadAll(Path home) {
        for (String drive : new String[] {"dte1", "dte2"}) {
            if (!elementAt(home, drive).path("barcode").isNull()) {
                CommandLineInProcess.run(home, "library", "vault", "unloadvol", drive)
                        .ok();
            }
        }
    }

    private static JsonNode elementOf(Path home, String volume) {
        return element(home, "volume", volume);
    }

    private static JsonNode elementAt(Path home, String name) {
        return element(home, "element", name);
    }

    private static JsonNode element(Path home, String key, String value) {
        JsonNode elements =
                CommandLineInProcess.run(home, "lsvol", "vault", "--json").ok().json();
        for (JsonNode element : elements) {
            if (element.path(key).asText().equals(value)) {
                return element;
            }
        }
        throw new AssertionError("no element with " + key + " " + value + ": " + elements.toPrettyString());
    }

    private static Path tape(Path home, String barcode) {
        return home.resolve("vault/cartridges/" + barcode + ".tap");
    }

    /** As a person does who sticks the barcodes on the wrong cartridges. */
    private static void swapCartridges(Path home, String one, String other) throws IOException {
        for (String kind : new String[] {".tap", ".json"}) {
            Path first = home.resolve("vault/cartridges/" + one + kind);
            Path second = home.resolve("vault/cartridges/" + other + kind);
            byte[] kept = Files.exists(first) ? Files.readAllBytes(first) : new byte[0];
            Files.write(first, Files.exists(second) ? Files.readAllBytes(second) : new byte[0]);
            Files.write(second, kept);
        }
        for (String barcode : Arrays.asList(one, other)) {
            Path json = home.resolve("vault/cartridges/" + barcode + ".json");
            Files.writeString(
                    json,
                    Files.readString(json).replaceAll("\"barcode\" : \"[^\"]*\"", "\"barcode\" : \"" + barcode + "\""));
        }
    }
}
