package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operation on cartridges and drives through the command line, on a virtual library. */
@Tag("M13")
class LibraryCommandsTest {
    @TempDir
    Path home;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "libraries:\n  vault: { folder: vault, create: { slots: 6, drives: 2, mailSlots: 3, cartridges: 4,"
                        + " capacity: 4MiB } }\n");
    }

    private CommandLineInProcess.Said vault(String... operation) {
        String[] all = new String[operation.length + 2];
        all[0] = "library";
        all[1] = "vault";
        System.arraycopy(operation, 0, all, 2, operation.length);
        return CommandLineInProcess.run(home, all);
    }

    private String contents(String elements) {
        return vault("inventory", elements)
                .ok()
                .out()
                .lines()
                .skip(1)
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .map(line -> line.split(" ")[0] + ":" + line.split(" ")[1])
                .collect(java.util.stream.Collectors.joining(" "));
    }

    @Test
    @Tag("M12")
    void ranges_are_exported_imported_and_extracted() {
        assertThat(contents("1-3")).isEqualTo("se1:SBG001L6 se2:SBG002L6 se3:SBG003L6");

        assertThat(vault("exportvol", "1-2").ok().out()).isEqualTo("moved se1 to iee1\nmoved se2 to iee2\n");
        assertThat(contents("iee1-3")).isEqualTo("iee1:SBG001L6 iee2:SBG002L6 iee3:-");
        assertThat(vault("importvol", "iee1-2", "5-6").ok().out()).isEqualTo("moved iee1 to se5\nmoved iee2 to se6\n");
        assertThat(vault("extractvol", "3,5").ok().out())
                .isEqualTo("se3: cartridge SBG003L6 is outside\nse5: cartridge SBG001L6 is outside\n");
        assertThat(contents("3-6")).isEqualTo("se3:- se4:SBG004L6 se5:- se6:SBG002L6");
    }

    @ParameterizedTest
    @Tag("M12")
    @CsvSource(
            delimiter = '|',
            value = {
                "loadvol se1 dte | 'dte' may be any of the 2 elements dte1 to dte2 of library vault",
                "loadvol se dte1 | 'se' may be any of the 6 elements se1 to se6 of library vault",
                "movevol 1,se iee1-2 | 'se' may be any of the 6 elements",
                "exportvol 1 IEE | 'iee' may be any of the 3 elements iee1 to iee3 of library vault",
                "unloadvol dte | 'dte' may be",
                "labelvol dte | 'dte' may be",
                "clean dte | 'dte' may be",
                "resdev dte --for 1s | 'dte' may be",
                "unresdev dte | 'dte' may be",
                "inventory iee | 'iee' may be"
            })
    void an_element_without_its_number_is_refused_where_there_are_several(String operation, String why) {
        assertThat(vault(operation.split(" ")).ends(1).err())
                .contains("SBG-L003 " + why, "Name it with its number, e.g. ");
        assertThat(contents("1-3")).isEqualTo("se1:SBG001L6 se2:SBG002L6 se3:SBG003L6");
        assertThat(contents("dte1-2")).isEqualTo("dte1:- dte2:-");
    }

    @Test
    @Tag("M12")
    void an_element_without_its_number_is_the_only_one() throws IOException {
        Path config = home.resolve("config/saddlebag.yaml");
        Files.writeString(config, Files.readString(config).replace("drives: 2", "drives: 1"));

        vault("loadvol", "1", "dte").ok();

        assertThat(contents("dte")).isEqualTo("dte1:SBG001L6");
        assertThat(contents("mte")).isEqualTo("mte1:-");
    }

    @Test
    void a_range_that_does_not_fit_moves_nothing_and_names_what_is_wrong() {
        assertThat(vault("exportvol", "1-4").ends(1).err())
                .contains(
                        "SBG-L002 can't move 4 cartridges of library vault ([se1, se2, se3, se4]): there is room for 3"
                                + " [iee1, iee2, iee3]");
        assertThat(vault("exportvol", "4-5", "iee1-2").ends(1).err())
                .contains("SBG-L001 can't move from se5 to iee2 of library vault: se5 is empty");
        assertThat(vault("importvol", "1", "5").ends(1).err()).contains("the source se1 is the wrong kind of element");
        assertThat(contents("iee1-3")).isEqualTo("iee1:- iee2:- iee3:-");
    }

    @Test
    @Tag("M19")
    void drives_are_mounted_and_reserved() {
        assertThat(vault("mountdev", "dte1").ends(1).err())
                .contains("SBG-L001 there is no cartridge in drive dte1 of library vault");
        vault("loadvol", "se1", "dte1").ok();
        vault("mountdev", "dte1").ok();
        vault("unmountdev", "dte1").ok();
        vault("unloadvol", "dte1").ok();
        assertThat(vault("resdev", "dte1", "--for", "0s").ok().out()).contains("drive dte1 is reserved for 0s");
        assertThat(vault("unresdev", "dte1").ok().out()).isEqualTo("drive dte1 is free\n");
    }

    @Test
    @Tag("M17")
    void a_drive_is_cleaned_by_order_or_it_is_said_why_not() {
        assertThat(vault("clean", "dte1").ends(1).err())
                .contains("SBG-M030 drive vault-drive1 needs cleaning, but library vault has no cleaning cartridge with"
                        + " uses left");
        vault("loadvol", "se1", "dte1").ok();
        assertThat(vault("clean", "dte1").ends(1).err())
                .contains("SBG-L002 can't clean drive dte1 of library vault: it holds cartridge SBG001L6");
    }

    @Test
    @Tag("M18")
    void discoverdev_lists_what_is_attached() {
        assertThat(CommandLineInProcess.run(home, "discoverdev").ok().out()).isNotBlank();
        assertThat(CommandLineInProcess.run(home, "discoverdev", "--json")
                        .ok()
                        .json()
                        .isArray())
                .isTrue();
    }

    @Test
    @Tag("M12")
    void each_of_a_range_is_labelled_and_a_failure_keeps_the_others_from_nothing() {
        CommandLineInProcess.Said said = vault("labelvol", "1-3,6");
        assertThat(said.ends(1).out()).isEqualTo("""
                        se1: volume VOL000001
                        se2: volume VOL000002
                        se3: volume VOL000003
                        se6: FAILED SBG-M015 there is no cartridge with se6 in library vault
                        """);
        assertThat(said.err())
                .contains("SBG-O001 1 of 4 failed: se6: SBG-M015 there is no cartridge with se6")
                .contains("DATA: what is named as failed was not done; the others were done");

        assertThat(vault("identifyvol", "SBG001L6,2-3").ok().out())
                .isEqualTo("barcode SBG001L6: volume VOL000001\nse2: volume VOL000002\nse3: volume VOL000003\n");
        assertThat(vault("unlabelvol", "1-2").ends(1).err())
                .contains("2 of 2 failed: se1: SBG-M013 volume VOL000001 is still needed");
        assertThat(vault("reusevol", "1,VOL000003", "--even-if-in-use").ok().out())
                .isEqualTo("volume VOL000001 may be written over\nvolume VOL000003 may be written over\n");
        assertThat(vault("reusevol", "3,5").ends(1).err())
                .contains("SBG-M015 there is no cartridge with se5 in library vault");
        var results = vault("unlabelvol", "1-3", "--json").ends(1).json();
        assertThat(results.findValuesAsText("of")).containsExactly("se1", "se2", "se3");
        assertThat(results.findValuesAsText("done")).containsExactly("true", "false", "true");
        assertThat(results.findValuesAsText("error")).containsExactly("null", "SBG-M013", "null");
        assertThat(vault("unlabelvol", "2").ends(1).err())
                .contains("SBG-M013 volume VOL000002")
                .doesNotContain("O001");
        assertThat(vault("labelvol", "1-2", "--id", "MINE").ends(2).err())
                .contains("one volume id can't be given to several cartridges");
    }

    @Test
    @Tag("M12")
    void a_cartridge_that_is_put_away_meanwhile_is_not_taken_for_one_that_was_named() {
        // dte1's cartridge came from se1, and goes back there when the drive is wanted: se1 was empty when it was named
        vault("loadvol", "se1", "dte1").ok();
        vault("loadvol", "se2", "dte2").ok();
        CommandLineInProcess.Said said = vault("labelvol", "3,1");
        assertThat(said.ends(1).out()).contains("se3: volume VOL000001").contains("se1: FAILED SBG-M015");
        assertThat(contents("1-3")).isEqualTo("se1:SBG001L6 se2:- se3:SBG003L6");
    }

    @Test
    @Tag("M12")
    void several_are_moved_each_to_its_place() {
        assertThat(vault("movevol", "1-2", "5-6").ok().out()).isEqualTo("moved se1 to se5\nmoved se2 to se6\n");
        assertThat(contents("1-6")).isEqualTo("se1:- se2:- se3:SBG003L6 se4:SBG004L6 se5:SBG001L6 se6:SBG002L6");
        assertThat(vault("movevol", "5-6", "1-4").ends(2).err()).contains("name as many of both");
        assertThat(vault("movevol", "5-6", "1,3").ends(1).err()).contains("se3 holds cartridge SBG003L6");
        assertThat(contents("5-6")).isEqualTo("se5:SBG001L6 se6:SBG002L6");
        assertThat(vault("insertvol", "SBG009L6", "1-2").ends(2).err()).contains("name as many of both");
    }

    @Test
    @Tag("S10")
    void what_changes_something_is_a_job_with_a_transcript_and_what_only_looks_is_none() {
        vault("inventory", "--force").ok();
        CommandLineInProcess.run(home, "lsvol", "vault").ok();
        vault("resdev", "dte1", "--for", "0s").ok();
        assertThat(CommandLineInProcess.run(home, "lsjob", "--json").ok().json())
                .isEmpty();

        vault("labelvol", "1,6").ends(1);
        vault("movevol", "se2", "se5").ok();
        vault("opendoor").ok();
        vault("closedoor").ok();
        vault("loadvol", "se6", "dte1").ends(1);
        var jobs = CommandLineInProcess.run(home, "lsjob", "--json").ok().json();
        assertThat(jobs.findValuesAsText("kind")).hasSize(5).containsOnly("media");
        assertThat(jobs.findValuesAsText("task"))
                .containsExactly(
                        "library vault labelvol 1,6",
                        "library vault movevol se2 se5",
                        "library vault opendoor",
                        "library vault closedoor",
                        "library vault loadvol se6 dte1");
        assertThat(jobs.findValuesAsText("state"))
                .containsExactly("failed", "completed", "completed", "completed", "failed");
        String user = System.getProperty("user.name", "nobody");
        assertThat(jobs.get(0).path("name").asText()).isEqualTo(user + "/1");
        assertThat(jobs.get(4).path("cause").asText()).contains("SBG-L001 can't move from se6 to dte1");
        assertThat(CommandLineInProcess.run(home, "catxcr", user + "/1").ok().out())
                .contains("job " + user + "/1 begins: library vault labelvol 1,6")
                .contains("se1: volume VOL000001")
                .contains("FAILED: labelvol se6: SBG-M015");
    }

    @Test
    @Tag("S10")
    void an_operation_whose_process_died_does_not_stand_in_the_way_of_the_next() throws Exception {
        try (var node = LocalNode.open(home, io.saddlebag.operator.Client.ABSENT)) {
            var request = new io.saddlebag.job.JobRequest(
                    "library vault opendoor",
                    io.saddlebag.job.JobKind.MEDIA,
                    null,
                    java.util.List.of(),
                    java.util.Map.of());
            assertThat(node.jobs().begin(request, io.saddlebag.job.Overlap.SKIP))
                    .isPresent();
        }
        vault("opendoor").ok();
        var jobs = CommandLineInProcess.run(home, "lsjob", "--json").ok().json();
        assertThat(jobs.findValuesAsText("state")).containsExactly("failed", "completed");
        assertThat(jobs.get(0).path("cause").asText()).isEqualTo("its process died");
    }
}
