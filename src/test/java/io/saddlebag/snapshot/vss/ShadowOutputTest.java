package io.saddlebag.snapshot.vss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.vss.ShadowListing.ShadowCopy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W10")
class ShadowOutputTest {
    private static final long SEED = 20_261_121L;
    private static final int ROUNDS = 5_000;

    @Test
    void a_published_session_is_read() throws IOException {
        ShadowListing listing = ShadowListing.parse(Sessions.lines("create-one.txt"));

        assertThat(listing.counted()).hasValue(1);
        assertThat(listing.copies())
                .containsExactly(new ShadowCopy(
                        "{87e12f70-64e3-4f5f-bebb-66a01dafae89}",
                        "coldfx",
                        "{afca95ea-15c2-4467-8f35-70e36c7ed6fe}",
                        "C:\\",
                        "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy2"));
        assertThat(WorkFolder.setsIn(Sessions.lines("create-one.txt")))
                .containsExactly("{afca95ea-15c2-4467-8f35-70e36c7ed6fe}");
    }

    @Test
    void other_words_and_another_colon_change_nothing() throws IOException {
        List<String> translated = Sessions.lines("create-one.txt").stream()
                .map(line -> line.replace("Shadow copy ID", "シャドウ コピー ID")
                        .replace("Shadow copy set:", "シャドウ コピー セット：")
                        .replace("Number of shadow copies listed:", "一覧の数："))
                .toList();

        assertThat(ShadowListing.parse(translated)).isEqualTo(ShadowListing.parse(Sessions.lines("create-one.txt")));
    }

    @Test
    void a_copy_without_its_set_is_none_and_a_listing_that_breaks_off_has_no_count() throws IOException {
        List<String> lines = Sessions.lines("create-one.txt");

        assertThat(ShadowListing.parse(lines.stream()
                                .filter(line -> !line.contains("Shadow copy set:"))
                                .toList())
                        .copies())
                .extracting(ShadowCopy::set)
                .doesNotContain("{afca95ea-15c2-4467-8f35-70e36c7ed6fe}");
        assertThat(ShadowListing.parse(lines.subList(0, 23)).counted()).isEmpty();
        assertThat(ShadowListing.parse(List.of("Number of shadow copies listed: 1"))
                        .counted())
                .isEmpty();
        assertThat(ShadowListing.parse(List.of()).copies()).isEmpty();
    }

    @Test
    void writers_are_read_as_documented_with_and_without_quotation_marks() throws IOException {
        List<String> lines = Sessions.lines("writers.txt");
        List<WriterStatus> writers = WriterStatus.parse(lines);

        assertThat(writers)
                .containsExactly(
                        new WriterStatus("System Writer", "{e8132975-6f93-4464-a53e-1050253ae220}", 5, 0),
                        new WriterStatus(
                                "Shadow Copy Optimization Writer", "{4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f}", 1, 0));
        assertThat(WriterStatus.parse(
                        lines.stream().map(line -> line.replace("\"", "")).toList()))
                .isEqualTo(writers);
        assertThat(writers.get(0).tookPart()).isTrue();
        assertThat(writers.get(1).tookPart()).isFalse();
        assertThat(writers.get(1).well()).isTrue();
        assertThat(WriterStatus.parse(lines.subList(0, 4))).isEmpty();
    }

    private static String log(String... events) {
        return "<Events>" + String.join("", events) + "</Events>";
    }

    private static String event(String source, String level, String data) {
        return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" + source
                + "'/><Level>" + level + "</Level></System><EventData><Data>" + data + "</Data></EventData></Event>";
    }

    @Test
    @Tag("W9")
    void the_components_that_oracle_covered_are_told_and_its_errors() throws XMLStreamException {
        WriterEvents events = WriterEvents.parse(log(
                event("MsiInstaller", "4", "Windows Installer reconfigured the product."),
                event(
                        "Oracle.VSSWriter.ORCL",
                        "4",
                        "VSS-04107: successfully backed up component Oracle Database (FULL)"),
                event(
                        "Oracle.VSSWriter.ORCL",
                        "4",
                        "VSS-04107: successfully backed up\ncomponent Flash Recovery Area (FULL)"),
                event("Oracle.VSSWriter.ORCL", "4", "VSS-04102: another thing about component X (FULL)"),
                event("Oracle.VSSWriter.ORCL", "2", "VSS-00044: Database in NOARCHIVELOG mode"),
                event(
                        "Oracle.VSSWriter.ORCL",
                        "2",
                        "VSS-04107: component Oracle Database (FULL) is in a message of an error"),
                event("VSS", "2", "Volume Shadow Copy Service error: Unexpected error")));

        assertThat(events.covered())
                .containsExactly(
                        new CoveredComponent("Oracle.VSSWriter.ORCL", "Oracle Database", "FULL"),
                        new CoveredComponent("Oracle.VSSWriter.ORCL", "Flash Recovery Area", "FULL"));
        assertThat(events.errors()).hasSize(2).first().asString().endsWith("VSS-00044: Database in NOARCHIVELOG mode");
        assertThat(WriterEvents.parse("<Events/>").covered()).isEmpty();
    }

    @Test
    @Tag("X13")
    @Tag("Q13")
    void a_log_reads_no_file_and_does_not_grow() {
        String bomb = "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
                + "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>" + log(event("x", "4", "&c;"));
        String file = "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + log(event("x", "4", "VSS-04107: &a;"));
        String outer = "<!DOCTYPE l SYSTEM 'http://localhost:1/x.dtd'>" + log();
        String many = log(event("x", "4", "y").repeat(WriterEvents.LIMIT + 1));
        for (String xml : List.of(bomb, file, outer, many, "", "<Events>", "<Events/><Events/>", "Access is denied.")) {
            assertThatExceptionOfType(XMLStreamException.class)
                    .as(xml.substring(0, Math.min(60, xml.length())))
                    .isThrownBy(() -> WriterEvents.parse(xml));
        }
    }

    @Test
    void the_query_is_of_the_time_since_the_snapshot_to_the_millisecond() {
        assertThat(WriterEvents.query(Instant.parse("2026-11-21T12:00:00.123456789Z")))
                .contains("/q:*[System[TimeCreated[@SystemTime>='2026-11-21T12:00:00.123Z']]]", "/e:Events");
    }

    @Test
    @Tag("Q13")
    void whatever_is_said_it_is_read_without_an_end_in_sight_or_a_crash() throws IOException {
        Random random = new Random(SEED);
        List<String> said = new ArrayList<>(Sessions.lines("create-one.txt"));
        said.addAll(Sessions.lines("writers.txt"));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < ROUNDS; i++) {
                List<String> lines = new ArrayList<>();
                for (String line : said) {
                    if (random.nextInt(8) > 0) {
                        lines.add(random.nextInt(6) == 0 ? damaged(line, random) : line);
                    }
                }
                ShadowListing listing = ShadowListing.parse(lines);
                assertThat(listing.copies().size())
                        .as("seed %s, round %s", SEED, i)
                        .isLessThanOrEqualTo(lines.size());
                assertThat(WriterStatus.parse(lines).size()).isLessThanOrEqualTo(lines.size());
            }
            String long1 = "* x = ".repeat(2_000) + "{" + "a-".repeat(2_000) + " %".repeat(2_000);
            assertThat(ShadowListing.parse(List.of(long1, "- " + long1, "* " + "\"".repeat(8_000)))
                            .copies())
                    .isEmpty();
        });
    }

    @Test
    @Tag("Q13")
    void a_damaged_log_is_read_or_refused() {
        Random random = new Random(SEED);
        String whole = log(event("Oracle.VSSWriter.ORCL", "4", "VSS-04107: successfully backed up component A (FULL)"));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < ROUNDS; i++) {
                try {
                    WriterEvents.parse(damaged(whole, random));
                } catch (XMLStreamException refused) {
                    assertThat(refused.getMessage())
                            .as("seed %s, round %s", SEED, i)
                            .isNotNull();
                }
            }
        });
    }

    private static String damaged(String line, Random random) {
        StringBuilder text = new StringBuilder(line);
        for (int change = random.nextInt(4); change >= 0 && text.length() > 0; change--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, (char) (random.nextInt(0x3000) + 1));
                case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
            }
        }
        return text.toString();
    }
}
