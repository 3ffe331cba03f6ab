package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that run full under cartridges, and under catalog, transcripts and leases. */
class SmallDiskIT {
    @TempDir
    static Path folder;

    private static Site site;
    private static int homes;

    private Path mount;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount a small file system");
        site = Site.in(folder);
        site.fill(5_000);
    }

    @AfterAll
    static void stop() throws Exception {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void mount() throws Exception {
        mount = Files.createDirectory(folder.resolve("small" + ++homes));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=32m", "saddlebag-test", mount.toString()),
                "no file system can be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        // a guard may still be there for a moment
        run("umount", "-l", mount.toString());
    }

    @ParameterizedTest(name = "with {0} KiB left")
    @ValueSource(ints = {0, 5, 600, 3000})
    @Tag("Q11")
    @Tag("E10")
    void a_disk_that_fills_up_under_a_cartridge_costs_only_the_image_being_written(int left) throws Exception {
        Path home = site.home("cartridges" + homes, library(mount.resolve("vault")));
        refusesAndRecovers(home, left);
    }

    @ParameterizedTest(name = "with {0} KiB left")
    @ValueSource(ints = {0, 8, 60, 200})
    @Tag("Q11")
    @Tag("C1")
    @Tag("E10")
    void a_disk_that_fills_up_under_catalog_and_transcripts_acknowledges_nothing(int left) throws Exception {
        Path home = site.home(
                "state" + homes, "state: " + mount.resolve("state") + "\n" + library(folder.resolve("vault" + homes)));
        refusesAndRecovers(home, left);
    }

    @Test
    @Tag("S10")
    @Tag("W3")
    @Tag("E5")
    void a_disk_that_is_full_under_transcripts_alone_costs_no_backup_and_the_job_says_so_with_exit_code_3()
            throws Exception {
        Path state = Files.createDirectory(folder.resolve("state" + homes));
        Files.createSymbolicLink(state.resolve("transcripts"), mount);
        Path home =
                site.home("transcripts" + homes, "state: " + state + "\n" + library(folder.resolve("vault" + homes)));
        site.backUp(home).ok();
        fill(0);

        Said warned = site.backUp(home).ends(3);

        assertThat(warned.out()).contains("completed-with-warnings").contains("the transcript lacks lines");
        assertThat(site.answers()).isTrue();
        assertThat(CommandLineInProcess.run(home, "lsbu", "--json").ok().json()).hasSize(2);
        Files.delete(mount.resolve("filler"));
        CommandLineInProcess.run(home, "verify", "2").ok();
        site.backUp(home).ok();
    }

    @Test
    @Tag("E5")
    void the_doctor_finds_the_full_disk() throws Exception {
        Path home = site.home("doctor", "state: " + mount.resolve("state") + "\n" + library(folder.resolve("vaultd")));
        Said said = CommandLineInProcess.run(home, "doctor").ends(4);
        assertThat(said.out()).contains("free space").contains("HINT");
    }

    private void refusesAndRecovers(Path home, int leftKibibytes) throws Exception {
        site.backUp(home).ok();
        String rows = site.rows();
        fill(leftKibibytes);
        Said failed = site.backUp(home).ends(1);
        Until.holds("the database answers", Site.LEASE.multipliedBy(3), site::answers);
        Explained.by(failed);
        assertThat(failed.out() + failed.err()).contains("is full");
        assertThat(site.rows()).isEqualTo(rows);

        Files.delete(mount.resolve("filler"));
        assertThat(CommandLineInProcess.run(home, "lsbu", "--json").ok().json()).hasSize(1);
        CommandLineInProcess.run(home, "verify", "1").ok();
        site.backUp(home).ok();
        JsonNode backups = CommandLineInProcess.run(home, "lsbu", "--json").ok().json();
        // an image that was whole on its cartridge when the catalog failed is read in later
        assertThat(backups).hasSizeBetween(2, 3);
        for (JsonNode backup : backups) {
            CommandLineInProcess.run(home, "verify", backup.path("id").asText()).ok();
        }
        assertThat(CommandLineInProcess.run(home, "catalog", "import", "vault")
                        .ok()
                        .out())
                .contains("0 backups were read in");
    }

    private static String library(Path place) {
        return """
                libraries:
                  vault:
                    folder: %s
                    patience: 1s
                    create: { slots: 3, drives: 1, mailSlots: 0, cartridges: 2, capacity: 64MiB }
                """.formatted(place);
    }

    /** Takes all room but so much. */
    private void fill(int leftKibibytes) throws IOException {
        long room = mount.toFile().getUsableSpace() - leftKibibytes * 1024L;
        try (OutputStream filler = Files.newOutputStream(mount.resolve("filler"))) {
            byte[] piece = new byte[4096];
            for (long i = 0; i < room / piece.length; i++) {
                filler.write(piece);
            }
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
