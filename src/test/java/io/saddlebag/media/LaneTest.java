package io.saddlebag.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M28")
final class LaneTest {
    @Test
    void a_lane_is_one_of_its_number() {
        assertThat(new Lane(2, 3)).hasToString("2/3");
        assertThat(Lane.ONLY.isOnly()).isTrue();
        assertThatThrownBy(() -> new Lane(3, 2)).hasMessageContaining("lane 3 of 2");
        assertThatThrownBy(() -> new Lane(0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Lane(1, 17)).hasMessageContaining("1 to 16");
    }
}
