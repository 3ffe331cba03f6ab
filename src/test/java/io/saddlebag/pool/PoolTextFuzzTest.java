package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.saddlebag.fault.BackupException;
import io.saddlebag.workbench.TextDamage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a pool's own small files, reading it ends, with what they say or with a refusal of theirs. */
@Tag("Q13")
@Tag("M24")
final class PoolTextFuzzTest {
    private static final int ROUNDS = 10_000;
    private static final PoolLabel LABEL = new PoolLabel(
            "image-4f1c",
            "docs",
            "admin/12",
            "root",
            "S:RWED,O:RE,G,W",
            "größe",
            Instant.parse("2026-05-04T03:02:01Z"),
            List.of("tar", "zstd", "age:golden"),
            "nightly",
            2,
            true,
            4096,
            0xfedcba98L,
            Instant.parse("2027-05-04T03:02:01Z"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_label_is_read_or_refused(long seed) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> labels(seed), "seed " + seed);
    }

    private static void labels(long seed) throws BackupException {
        Random random = new Random(seed);
        byte[] whole = LABEL.toJson();
        assertThat(PoolLabel.parse(whole, "whole")).isEqualTo(LABEL);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] text = damaged(whole, random);
            try {
                PoolLabel label = PoolLabel.parse(text, "some");
                // not the label itself: half a surrogate, which JSON can name, is no text in UTF-8
                assertThat(PoolLabel.parse(label.toJson(), "again").toJson()).isEqualTo(label.toJson());
                read++;
            } catch (BackupException e) {
                assertThat(e.is(PoolFault.FOREIGN)).as(e.getMessage()).isTrue();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(text, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_marker_names_a_pool_or_none(long seed) {
        byte[] whole = PoolMarker.text("disk");
        assertThat(PoolMarker.poolNamedIn(whole)).isEqualTo("disk");
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] text = damaged(whole, random);
            assertThatCode(() -> assertThat(PoolMarker.poolNamedIn(text)).isNotNull())
                    .as("seed %s: %s", seed, new String(text, StandardCharsets.UTF_8))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        return random.nextBoolean() ? TextDamage.ofJson(whole, random) : TextDamage.ofBytes(whole, random);
    }
}
