package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PostgreSQL calls: the exit code decides whether it goes on, ends its recovery, or stops. */
@Tag("J25")
@Tag("R12")
final class WalCommandTest {
    private static final String ONE = "000000010000000000000001";
    private static final String TWO = "000000010000000000000002";
    private static final String FOUR = "000000010000000000000004";

    @TempDir
    Path folder;

    private Path home;
    private Path archive;
    private Path to;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        archive = Files.createDirectory(folder.resolve("archive"));
        to = folder.resolve("RECOVERYXLOG");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault: { folder: vault, create: { slots: 3, drives: 1, cartridges: 1, capacity: 64MiB } }
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                journals:
                  orders: { source: postgresql, folder: ARCHIVE, settled: 0s }
                """.replace("ARCHIVE", archive.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void archived(String name) throws Exception {
        Files.writeString(archive.resolve(name), "content of " + name);
    }

    @Test
    void segments_and_histories_are_archived_and_fetched() throws Exception {
        archived(ONE);
        archived(TWO);
        archived("00000002.history");
        archived(TWO + ".00000028.backup");
        run("journal", "backup", "orders", "--pool", "disk", "--compression", "zstd")
                .ok();
        assertThat(archive.toFile().list()).containsExactly(TWO + ".00000028.backup");

        run("wal", "fetch", "orders", TWO, to.toString()).ok();
        assertThat(to).hasContent("content of " + TWO);
        run("wal", "fetch", "orders", "00000002.history", to.toString()).ok();
        assertThat(to).hasContent("content of 00000002.history");
    }

    @Test
    @Tag("M7")
    void segments_on_tape_are_protected_and_fetched() throws Exception {
        archived(ONE);
        run("journal", "backup", "orders", "--library", "vault").ok();
        archived(TWO);
        run("journal", "backup", "orders", "--library", "vault", "--format", "old_file")
                .ok();

        assertThat(framings()).containsExactly("P1A010", "");
        for (String each : List.of(ONE, TWO)) {
            run("wal", "fetch", "orders", each, to.toString()).ok();
            assertThat(to).hasContent("content of " + each);
        }
        assertThat(run("journal", "backup", "orders", "--library", "vault", "--format=old_file", "--crc=none")
                        .ends(2)
                        .err())
                .contains("option 'crc' is 'none' with format=old_file");
    }

    /** As the image labels on the cartridge say it: columns 71 to 76 of UHL8 (docs/formats). */
    private List<String> framings() throws Exception {
        String tape;
        try (Stream<Path> files = Files.walk(home.resolve("vault"))) {
            Path cartridge = files.filter(each -> each.getFileName().toString().endsWith(".tap"))
                    .findFirst()
                    .orElseThrow();
            tape = Files.readString(cartridge, StandardCharsets.ISO_8859_1);
        }
        return Pattern.compile("UHL8.{66}(.{6})", Pattern.DOTALL)
                .matcher(tape)
                .results()
                .map(found -> found.group(1).strip())
                .toList();
    }

    @Test
    void there_is_none_and_it_could_not_be_told_are_different_answers() throws Exception {
        archived(ONE);
        run("journal", "backup", "orders", "--pool", "disk").ok();

        run("wal", "fetch", "orders", TWO, to.toString()).ends(1);
        run("wal", "fetch", "orders", "00000002.history", to.toString()).ends(1);
        run("wal", "fetch", "orders", TWO, to.toString(), "--absent", "75").ends(75);

        run("wal", "fetch", "order", TWO, to.toString()).ends(130);
        run("wal", "fetch", "orders", TWO).ends(130);
        run("wal", "fetch", "orders", TWO, to.toString(), "--nonsense").ends(130);
        Files.move(home.resolve("pool"), home.resolve("away"));
        run("wal", "fetch", "orders", ONE, to.toString()).ends(130);
        assertThat(to).doesNotExist();
    }

    @Test
    void a_gap_stops_the_server() throws Exception {
        archived(ONE);
        run("journal", "backup", "orders", "--pool", "disk").ok();
        archived(FOUR);
        run("journal", "backup", "orders", "--pool", "disk").ends(1);

        assertThat(run("wal", "fetch", "orders", TWO, to.toString()).ends(130).err())
                .contains("SBG-X002");
    }
}
