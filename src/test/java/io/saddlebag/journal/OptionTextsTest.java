package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.image.Encryption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("J4")
class OptionTextsTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-06-30T12:00:00Z"), ZoneOffset.ofHours(2));

    private static JournalOptions parse(Map<String, String> given) {
        return OptionTexts.parse(given, Encryption.NONE, NOON);
    }

    @ParameterizedTest
    @CsvSource({
        "01-JUL-1996 16:15:00.00, 1996-07-01T14:15:00Z",
        "1-jul-2026 16:15, 2026-07-01T14:15:00Z",
        "2026-07-01T16:15:00, 2026-07-01T14:15:00Z",
        "2026-07-01T16:15:00Z, 2026-07-01T16:15:00Z",
        "2026-07-01T16:15:00+09:00, 2026-07-01T07:15:00Z",
        "14:30, 2026-06-30T12:30:00Z",
        "13:30, 2026-07-01T11:30:00Z",
    })
    void times(String text, Instant instant) {
        assertThat(OptionTexts.until(text, NOON)).isEqualTo(instant);
    }

    @Test
    void the_guides_command() {
        JournalOptions options = parse(
                Map.of("continuous", "", "threshold", "500", "interval", "300", "until", "01-JUL-1996 16:15:00.00"));

        assertThat(options.conflicts()).isEmpty();
        assertThat(options.thresholdBlocks()).isEqualTo(500);
        assertThat(options.schedule())
                .isEqualTo(new JournalSchedule(
                        true, null, Instant.parse("1996-07-01T14:15:00Z"), Duration.ofSeconds(300)));
    }

    @Test
    void what_was_not_said_gets_its_default() {
        JournalOptions options = parse(Map.of("continuous", "5", "interval", "none", "wait", "", "sequence", ""));

        assertThat(options.passes()).isEqualTo(5);
        assertThat(options.interval()).isZero();
        assertThat(options.waiting()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.sequence()).isEqualTo(SequenceRange.NEXT);
        assertThat(parse(Map.of("quietPoint", "false", "threshold", "none")).quietPoint())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"until, noon", "interval, soon", "threshold, many", "format, tape", "sequence, a"})
    void what_makes_no_sense_is_refused(String option, String value) {
        assertThatThrownBy(() -> parse(Map.of(option, value))).isInstanceOf(IllegalArgumentException.class);
    }
}
