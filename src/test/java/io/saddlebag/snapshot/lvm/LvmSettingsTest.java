package io.saddlebag.snapshot.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saddlebag.snapshot.lvm.LvmSettings.Room;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W11")
class LvmSettingsTest {
    @Test
    void room_is_a_share_of_the_origin_or_a_size_in_whole_sectors() {
        assertThat(Room.parse("20%")).isEqualTo(Room.DEFAULT);
        assertThat(Room.parse("100%").bytesFor(102_400)).isEqualTo(102_912);
        assertThat(Room.parse("1GiB").bytesFor(1)).isEqualTo(1L << 30);
        assertThat(Room.parse("513").bytesFor(1)).isEqualTo(1024);
    }

    @Test
    void no_room_and_more_than_all_are_refused() {
        for (String text : new String[] {"0%", "101%", "0", "-5%", "20 %", "plenty"}) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Room.parse(text));
        }
    }
}
