package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("J11")
class JournalNamesTest {
    private static final LocalDateTime APRIL = LocalDateTime.of(2026, 4, 23, 16, 5);

    private static Journal journal(String name, long sequence) {
        return new Journal(new JournalId(1, sequence), name, 0, Journal.State.READY);
    }

    private static String name(String name, String parts, LocalDateTime time, long sequence) {
        return new JournalNames(name, JournalNames.parse(parts)).of(journal("AIJ1", sequence), time, ".aij");
    }

    @Test
    void the_guides_first_example() {
        assertThat(name("backup_.aij", "(HOUR, MINUTE, MONTH, DAY_OF_MONTH, SEQUENCE)", APRIL, 3))
                .isEqualTo("backup_160504233.aij");
    }

    @Test
    void the_guides_second_example() {
        assertThat(name(
                        "aij",
                        "(\"$\",DAY_OF_MONTH,\"_\",HOUR,MINUTE,\"-\",SEQUENCE)",
                        LocalDateTime.of(2026, 1, 30, 1, 55),
                        2))
                .isEqualTo("aij$30_0155-2.aij");
    }

    @Test
    void the_guides_third_example() {
        assertThat(name(
                        "AIJ",
                        "(SEQUENCE,\"_\",HOUR,\"_\",MINUTE,\"_\",MONTH,\"_\",DAY_OF_MONTH)",
                        LocalDateTime.of(2026, 7, 9, 15, 46),
                        23))
                .isEqualTo("AIJ23_15_46_07_09.aij");
    }

    @ParameterizedTest
    @CsvSource({
        "DAY_OF_WEEK, 2026-11-22T00:00, 1",
        "DAY_OF_WEEK, 2026-11-28T00:00, 7",
        "DAY_OF_MONTH, 2026-11-01T00:00, 01",
        "DAY_OF_YEAR, 2026-01-01T00:00, 001",
        "DAY_OF_YEAR, 2028-12-31T00:00, 366",
        "HOUR, 2026-01-01T00:59, 00",
        "HOUR, 2026-01-01T23:00, 23",
        "MINUTE, 2026-01-01T23:09, 09",
        "MONTH, 2026-02-01T00:00, 02",
        "YEAR, 0987-02-01T00:00, 0987",
        "JULIAN_DATE, 1858-11-17T23:59, 0",
        "JULIAN_DATE, 1858-11-18T00:00, 1",
        "vno, 2026-02-01T00:00, 5",
    })
    void each_field(String field, LocalDateTime at, String text) {
        assertThat(name("b", field, at, 5)).isEqualTo("b" + text + ".aij");
    }

    @Test
    void fields_come_in_the_order_given() {
        assertThat(name("b", "SEQUENCE,YEAR", APRIL, 7)).isEqualTo("b72026.aij");
        assertThat(name("b", "YEAR,SEQUENCE", APRIL, 7)).isEqualTo("b20267.aij");
    }

    @Test
    void an_empty_name_is_the_default_of_the_first_journal() {
        JournalNames empty = new JournalNames("", List.of());
        assertThat(empty.of(journal("AIJ1BCK", 3), APRIL, ".aij")).isEqualTo("AIJ1BCK.aij");
        assertThat(empty.of(journal("redo_3.arc", 3), APRIL, ".aij_rbf")).isEqualTo("redo_3.aij_rbf");
    }

    @Test
    void an_extension_that_was_given_stays() {
        assertThat(new JournalNames("b.bck", List.of()).of(journal("x", 0), APRIL, ".aij"))
                .isEqualTo("b.bck");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"CENTURY", "HOUR,", "HOUR MINUTE", "\"a"})
    void what_is_no_list_of_fields_is_refused(String text) {
        assertThatThrownBy(() -> JournalNames.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SEQUENCE");
    }

    @Test
    void a_name_that_no_file_can_have_is_refused() {
        assertThatThrownBy(() -> name("b", "\"../\"", APRIL, 1)).hasMessageContaining("can't be the name");
        assertThatThrownBy(() -> name("b".repeat(33), "SEQUENCE", APRIL, 1)).hasMessageContaining("1 to 36");
    }

    @Test
    void a_name_is_used_again_with_a_version_and_never_grows_too_long() {
        assertThat(JournalNames.version("b.aij", 2)).isEqualTo("b-2.aij");
        assertThat(JournalNames.version("b".repeat(32) + ".aij", 12)).isEqualTo("b".repeat(29) + "-12.aij");
    }
}
