package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalOptionsTest {
    private static JournalOptions options(String... given) {
        Wishes wishes = new Wishes();
        for (String each : given) {
            String[] parts = each.split("=", 2);
            String value = parts.length == 1 ? "" : parts[1];
            switch (parts[0]) {
                case "continuous" -> {
                    wishes.continuous = true;
                    wishes.passes = value.isEmpty() ? null : Long.valueOf(value);
                }
                case "until" -> wishes.until = Instant.EPOCH;
                case "interval" -> wishes.interval = Duration.ofSeconds(5);
                case "threshold" -> wishes.thresholdBlocks = 500L;
                case "quietPoint" -> wishes.quietPoint = true;
                case "noquietPoint" -> wishes.quietPoint = false;
                case "lockTimeout" -> wishes.lockTimeout = Duration.ofSeconds(1);
                case "sequence" -> wishes.sequence = SequenceRange.parse(value);
                case "wait" -> wishes.waiting = Duration.ofSeconds(60);
                case "format" ->
                    wishes.format = JournalOptions.Format.valueOf(value.toUpperCase(java.util.Locale.ROOT));
                case "compression" -> wishes.compression = Compression.ZSTD;
                case "encrypt" -> wishes.encryption = encrypted();
                case "rename" -> wishes.rename = true;
                case "librarian" -> wishes.librarian = true;
                default -> throw new IllegalArgumentException(each);
            }
        }
        return wishes.options();
    }

    private static Encryption encrypted() {
        return new Encryption() {
            @Override
            public List<String> layers() {
                return List.of("age+0123abcd");
            }

            @Override
            public InputStream apply(InputStream plain, Executor executor) {
                return plain;
            }
        };
    }

    @ParameterizedTest
    @Tag("J9")
    @CsvSource(
            delimiter = '|',
            value = {
                "quietPoint sequence=3 | quietPoint | sequence",
                "librarian format=new_tape | librarian | format",
                "librarian format=old_file | librarian | format",
                "quietPoint wait sequence=3 | quietPoint | wait",
                "noquietPoint format=new_tape | noquietPoint | format=new_tape",
                "sequence=3 continuous=2 | sequence | continuous",
                "sequence=3 format=new_tape | sequence | format=new_tape",
                "sequence=3 interval=5 | sequence | interval",
                "sequence=3 threshold=500 | sequence | threshold",
                "sequence=3 until=x continuous | sequence | until",
                "wait | wait | sequence",
                "compression format=old_file | compression | format=old_file",
                "encrypt format=old_file | encrypt | format=old_file",
                "quietPoint wait | quietPoint | wait",
                "sequence=3 continuous | sequence | continuous",
                "sequence=3 quietPoint | sequence | quietPoint",
                "rename compression | rename | compression",
                "rename encrypt | rename | encrypt",
                "rename format=new_tape | rename | format=new_tape",
            })
    void what_conflicts_is_named(String given, String one, String other) {
        assertThat(options(given.split(" ")).conflicts())
                .anySatisfy(text -> assertThat(text).contains("'" + one + "'").contains("'" + other + "'"));
    }

    @ParameterizedTest
    @Tag("J9")
    @CsvSource(
            delimiter = '|',
            value = {
                "continuous=2",
                "continuous interval=5",
                "continuous until=x",
                "sequence=3,5 wait",
                "noquietPoint",
                "noquietPoint sequence=3",
                "format=new_tape compression",
                "compression",
                "quietPoint lockTimeout=5",
                "interval=5",
                "rename",
                "rename sequence=3,5 wait",
                "rename continuous=2",
                "format=new_tape encrypt"
            })
    void what_belongs_together_doesn_t_conflict(String given) {
        assertThat(options(given.split(" ")).conflicts()).isEmpty();
    }

    @Test
    @Tag("J4")
    void continuous_needs_an_end_or_an_interval() {
        assertThat(options("continuous").conflicts())
                .containsExactly(
                        "option 'continuous' needs at least one of 'until', 'interval' and a number of passes");
    }

    @Test
    @Tag("J4")
    void an_interval_without_continuous_is_ignored_and_said_so() {
        JournalOptions options = options("interval=5");

        assertThat(options.schedule()).isEqualTo(JournalSchedule.ONCE);
        assertThat(options.warnings(false))
                .containsExactly("option 'interval' is ignored, since 'continuous' was not given");
    }

    @Test
    @Tag("J4")
    void continuous_to_tape_is_warned_of() {
        assertThat(options("continuous=2").warnings(true))
                .singleElement()
                .asString()
                .contains("isn't recommended");
        assertThat(options("continuous=2").warnings(false)).isEmpty();
    }

    @Test
    @Tag("J6")
    void a_lock_timeout_without_a_quiet_point_is_ignored_and_said_so() {
        assertThat(options("noquietPoint", "lockTimeout=1").warnings(false))
                .containsExactly("option 'lockTimeout' is ignored with 'noquietPoint'");
    }

    @Test
    @Tag("J1")
    @Tag("J5")
    @Tag("J7")
    void an_option_that_the_layout_does_not_allow_is_refused_with_both_named() {
        assertThat(options("continuous=1", "threshold=500").conflictsWith(JournalLayout.FIXED_SIZE))
                .containsExactly("option 'threshold' is for an extensible journal, and the layout is 'fixed-size'");
        assertThat(options("sequence=1").conflictsWith(JournalLayout.EXTENSIBLE))
                .containsExactly("option 'sequence' is for journals of a fixed size, and the layout is 'extensible'");
        assertThat(options("sequence=1").conflictsWith(JournalLayout.FIXED_SIZE))
                .isEmpty();
        assertThat(options("threshold=500").conflictsWith(JournalLayout.EXTENSIBLE))
                .isEmpty();
    }

    @Test
    @Tag("J4")
    void it_ends_at_whichever_comes_first() {
        Instant noon = Instant.parse("2026-11-21T12:00:00Z");
        JournalSchedule both = new JournalSchedule(true, 5L, noon, Duration.ofMinutes(5));

        assertThat(both.ended(4, noon.minusMillis(1))).isFalse();
        assertThat(both.ended(4, noon)).isTrue();
        assertThat(both.ended(5, noon.minusSeconds(7200))).isTrue();
        assertThat(both.pause(noon.minusSeconds(400))).isEqualTo(Duration.ofMinutes(5));
        assertThat(both.pause(noon.minusSeconds(100))).isEqualTo(Duration.ofSeconds(100));
        assertThat(both.pause(noon.plusSeconds(1))).isEqualTo(Duration.ZERO);
    }

    @Test
    @Tag("J4")
    void the_interval_is_a_minute_unless_it_is_said_otherwise() {
        assertThat(options("continuous=2").schedule().interval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options("continuous", "interval=5").schedule().interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options().schedule().passes()).isEqualTo(1);
    }

    @ParameterizedTest
    @Tag("J7")
    @CsvSource(
            delimiter = '|',
            value = {
                "33,35 | 1 | 33..35",
                "(33,35) | 1 | 33..35",
                "53,53 | 1 | 53..53",
                "53 | 51 | 51..53",
                "55,53 | 1 | 53..55",
                "next | 7 | 7..7",
                "(55, 53) | 1 | 53..55"
            })
    void ranges_of_numbers(String text, long needed, String bounds) {
        SequenceRange.Bounds found = SequenceRange.parse(text).against(needed);
        assertThat(found.from() + ".." + found.to()).isEqualTo(bounds);
    }

    @ParameterizedTest
    @Tag("J7")
    @CsvSource(
            delimiter = '|',
            value = {"a", "1,2,3", "-1", "1-2"})
    void what_is_no_range_is_refused(String text) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> SequenceRange.parse(text))
                .hasMessageContaining(SequenceRange.FORMS);
    }

    @Test
    @Tag("J14")
    void messages_have_the_ids_that_operators_know() {
        assertThat(List.of(JournalMessage.values()).toString())
                .contains(
                        "AIJBCKBEG",
                        "AIJBCKSEQ",
                        "LOGBCKAIJ",
                        "LOGCREBCK",
                        "QUIETPT",
                        "AIJBCKEND",
                        "LOGAIJJRN",
                        "LOGAIJBLK",
                        "DOFULLBCK");
    }
}
