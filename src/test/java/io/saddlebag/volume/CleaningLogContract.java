package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.library.Barcode;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every log of cleanings does. */
@Tag("M17")
public abstract class CleaningLogContract {
    private static final Barcode CLN1 = new Barcode("CLN001L1");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    protected abstract CleaningLog log() throws IOException;

    @Test
    void uses_are_counted_and_the_useless_retired() throws IOException {
        CleaningLog log = log();
        assertThat(log.uses(CLN1)).isZero();
        log.countUse(CLN1);
        log.countUse(CLN1);
        assertThat(log.uses(CLN1)).isEqualTo(2);
        assertThat(log.retired(CLN1)).isEmpty();
        log.retire(CLN1, "used up");
        assertThat(log.retired(CLN1)).contains("used up");
        assertThat(log.uses(CLN1)).isEqualTo(2);
        assertThat(log.uses(new Barcode("CLN002L1"))).isZero();
    }

    @Test
    void a_drive_s_wish_lasts_until_it_was_cleaned() throws IOException {
        CleaningLog log = log();
        assertThat(log.asked("lto1")).isFalse();
        assertThat(log.since("lto1")).isEmpty();
        log.ask("lto1", NOON);
        log.ask("lto1", NOON.plusSeconds(5));
        assertThat(log.asked("lto1")).isTrue();
        assertThat(log.since("lto1")).contains(NOON);
        log.cleaned("lto1", NOON.plusSeconds(60));
        assertThat(log.asked("lto1")).isFalse();
        assertThat(log.since("lto1")).contains(NOON.plusSeconds(60));
        assertThat(log.asked("lto2")).isFalse();
    }
}
