package io.saddlebag.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.journal.watch.GovernorStep;
import io.saddlebag.journal.watch.GovernorStep.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalConfigTest {
    @TempDir
    Path home;

    private JournalConfig read(String more) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(ConfigFile.PLACE), "journals:\n  wal:\n    folder: received\n" + more);
        return ConfigFile.read(home).node().journals().get("wal");
    }

    @Test
    @Tag("J19")
    void a_stream_names_its_database_and_has_a_slot_of_its_own_name() throws IOException {
        JournalConfig journals = read("    source: postgresql\n    stream: { database: orders }\n");

        assertThat(journals.stream()).isEqualTo(new StreamConfig("orders", null, Duration.ofMinutes(2)));
        assertThat(journals.stream().slotOf("Wal-2")).isEqualTo("saddlebag_wal_2");
        assertThat(journals.settled()).isZero();
        assertThatThrownBy(() -> read("    source: postgresql\n    stream: { database: orders, slot: My-Slot }\n"))
                .hasMessageContaining("slot 'My-Slot' is no slot's name: 1 to 63 small letters, digits and _");
        assertThatThrownBy(() -> read("    pattern: '(?<sequence>\\d+)'\n    stream: { database: orders }\n"))
                .hasMessageContaining("'stream' belongs to source postgresql");
    }

    @Test
    @Tag("J16")
    void an_archive_may_know_its_database() throws IOException {
        assertThat(read("    source: postgresql\n    database: orders\n").database())
                .isEqualTo("orders");
        assertThat(read("    source: postgresql\n").database()).isNull();
        assertThat(read("    source: postgresql\n    database: orders\n    archivedWithin: 30s\n")
                        .archivedWithin())
                .isEqualTo(Duration.ofSeconds(30));
        assertThatThrownBy(() -> read("    source: postgresql\n    archivedWithin: 30s\n"))
                .hasMessageContaining("'archivedWithin' belongs to source postgresql with 'database'");
        assertThatThrownBy(() -> read("    pattern: '(?<sequence>\\d+)'\n    database: orders\n"))
                .hasMessageContaining("'database' belongs to sources postgresql, mariadb and sqlite");
        assertThatThrownBy(
                        () -> read("    source: postgresql\n    database: orders\n    stream: { database: orders }\n"))
                .hasMessageContaining("'database' can't be used with 'stream', which names its own");
    }

    @Test
    @Tag("J26")
    void a_governor_declares_its_steps_in_order() throws IOException {
        JournalConfig journals = read("""
                    source: postgresql
                    governor:
                      spillTo: second
                      steps:
                        - spill: 6h
                        - warn: 4h
                        - drop: 10m
                """);

        assertThat(journals.governor().steps())
                .containsExactly(
                        new GovernorStep(Measure.SPILL, Duration.ofHours(6)),
                        new GovernorStep(Measure.WARN, Duration.ofHours(4)),
                        new GovernorStep(Measure.DROP, Duration.ofMinutes(10)));
        assertThat(journals.governor().spillTo()).isEqualTo("second");
    }

    @Test
    @Tag("J26")
    void a_governor_that_cannot_do_what_it_says_is_refused() {
        String head = "    source: postgresql\n    governor:\n";
        assertThatThrownBy(() -> read(head + "      steps: [ { throttle: 1h } ]\n"))
                .hasMessageContaining("step 'throttle' of the governor belongs to journals with 'stream'");
        assertThatThrownBy(() -> read(head + "      steps: [ { spill: 1h } ]\n"))
                .hasMessageContaining("'spillTo' names the pool of step 'spill': both or none");
        assertThatThrownBy(() -> read(head + "      steps: [ { warn: 1h, drop: 5m } ]\n"))
                .hasMessageContaining("each of 'steps' is one of spill, warn, throttle and drop with its time");
        assertThatThrownBy(() -> read(head + "      steps: [ { drop: 5m }, { warn: 1h } ]\n"))
                .hasMessageContaining("warn within PT1H is declared after drop within PT5M");
        assertThatThrownBy(() -> read(head + "      disk: /srv\n")).hasMessageContaining("option 'steps' is missing");
    }

    @Test
    @Tag("J15")
    void preallocated_journals_have_a_load_with_limits() throws Exception {
        Files.createDirectories(home.resolve("config"));
        JournalConfig journals =
                read("    pattern: 'aij_.'\n    preallocated: { sequenceBytes: 4, order: little, resetBlocks: 4 }\n");

        assertThat(journals.preallocated().files().load()).isEqualTo(new io.saddlebag.journal.ResetLoad(15, 4));
        assertThat(journals.preallocated().files().number().bytes()).isEqualTo(4);
        assertThatThrownBy(() -> read("    pattern: 'aij_.'\n    preallocated: { resetRequests: 33 }\n"))
                .hasMessageContaining("resetRequests is 33; valid are 1 to 32");
        assertThatThrownBy(() -> read("    pattern: 'aij_.'\n    moveTo: x\n    preallocated: {}\n"))
                .hasMessageContaining("'moveTo' can't be used with 'preallocated'");
    }
}
