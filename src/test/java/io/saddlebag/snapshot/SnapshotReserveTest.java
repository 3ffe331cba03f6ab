package io.saddlebag.snapshot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("W11")
final class SnapshotReserveTest {
    /** Sizes in MiB; the least is what still will do. */
    @ParameterizedTest
    @CsvSource({"default, 1000, 50", "default, 100000, 1024", "10%, 1000, 100", "3 %, 100000, 3000", "20M, 1000, 20"})
    void is_the_smaller_of_a_share_and_a_size(String text, long size, long least) {
        SnapshotReserve reserve = text.equals("default") ? SnapshotReserve.DEFAULT : SnapshotReserve.parse(text);

        assertThatCode(() -> reserve.require("it", rooms(least << 20, size << 20)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> reserve.require("it", rooms((least << 20) - (1 << 20), size << 20)))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> org.assertj.core.api.Assertions.assertThat(e.is(SnapshotFault.NO_ROOM))
                                .isTrue());
    }

    private static List<SharedRoom> rooms(long free, long size) {
        return List.of(new SharedRoom("/first", 1L << 40, 1L << 40), new SharedRoom("/srv", free, size));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0%"})
    void may_be_nothing(String text) {
        assertThatCode(() -> SnapshotReserve.parse(text).require("it", rooms(0, 1 << 20)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%", "-1", "much", "5 per cent", ""})
    void is_refused_with_the_forms_it_has(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotReserve.parse(text))
                .withMessageContaining("'" + text + "' is no reserve of snapshots; valid are 0% to 99%");
    }

    @Test
    void is_looked_at_in_each_place() {
        assertThatThrownBy(() -> SnapshotReserve.parse("1M").require("it", rooms(0, 1 << 20)))
                .hasMessageContaining("it: /srv has 0 bytes of 1.0 MiB left");
    }
}
