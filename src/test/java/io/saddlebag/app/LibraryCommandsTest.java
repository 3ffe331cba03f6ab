package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .isEqualTo("cartridge SBG003L6 is outside\ncartridge SBG001L6 is outside\n");
        assertThat(contents("3-6")).isEqualTo("se3:- se4:SBG004L6 se5:- se6:SBG002L6");
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
}
